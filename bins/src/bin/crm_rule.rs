//! Tells whether rules are in effect. Everything happens in `pcmk_cli::cmd::crm_rule`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_rule::TOOL)
}
