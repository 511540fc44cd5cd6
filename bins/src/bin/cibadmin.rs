//! Reads and changes the CIB. Everything happens in `pcmk_cli::cmd::cibadmin`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::cibadmin::TOOL)
}
