//! Shows the status of a cluster. Everything happens in `pcmk_cli::cmd::crm_mon`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_mon::TOOL)
}
