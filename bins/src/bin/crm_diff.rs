//! Compares configurations. Everything happens in `pcmk_cli::cmd::crm_diff`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_diff::TOOL)
}
