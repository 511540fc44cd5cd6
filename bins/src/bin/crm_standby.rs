//! Shows and changes the standby mode of nodes. Everything happens in `pcmk_cli::cmd::crm_standby`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_standby::TOOL)
}
