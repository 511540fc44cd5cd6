//! Shows and deletes fail counts. Everything happens in `pcmk_cli::cmd::crm_failcount`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_failcount::TOOL)
}
