//! Shows and changes resources. Everything happens in `pcmk_cli::cmd::crm_resource`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_resource::TOOL)
}
