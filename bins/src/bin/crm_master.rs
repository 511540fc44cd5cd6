//! Shows and changes promotion scores. Everything happens in `pcmk_cli::cmd::crm_master`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_master::TOOL)
}
