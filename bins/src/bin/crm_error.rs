//! Explains error numbers. Everything happens in `pcmk_cli::cmd::crm_error`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_error::TOOL)
}
