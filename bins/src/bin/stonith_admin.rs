//! Asks the fencer, and fence agents. Everything happens in `pcmk_cli::cmd::stonith_admin`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::stonith_admin::TOOL)
}
