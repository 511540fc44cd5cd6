//! Shows and changes attributes. Everything happens in `pcmk_cli::cmd::crm_attribute`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_attribute::TOOL)
}
