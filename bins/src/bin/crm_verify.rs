//! Checks a configuration. Everything happens in `pcmk_cli::cmd::crm_verify`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_verify::TOOL)
}
