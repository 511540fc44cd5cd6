//! Shows and changes tickets. Everything happens in `pcmk_cli::cmd::crm_ticket`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_ticket::TOOL)
}
