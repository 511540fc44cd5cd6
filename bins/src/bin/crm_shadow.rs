//! Manages working copies of the configuration. Everything happens in `pcmk_cli::cmd::crm_shadow`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_shadow::TOOL)
}
