//! Shows and computes dates. Everything happens in `pcmk_cli::cmd::iso8601`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::iso8601::TOOL)
}
