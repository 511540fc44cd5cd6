//! Shows what the cluster knows about nodes. Everything happens in `pcmk_cli::cmd::crm_node`.

fn main() -> std::process::ExitCode {
    pcmk_cli::run(&pcmk_cli::cmd::crm_node::TOOL)
}
