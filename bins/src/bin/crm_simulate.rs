//! Shows what the cluster would do. Everything happens in `pcmk_cli::cmd::crm_simulate`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_simulate::TOOL)
}
