//! Which agents there are. Source: behaviour notes 08 section 2, 09 section 1.1.
//!
//! Directories are listed in the order of their names; what starts with a dot is left out. Nothing is remembered:
//! agents may be installed at any time.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Where agents are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// Directories of OCF agents, `PROVIDER/AGENT` in them; the first that has an agent wins.
    pub ocf: Vec<PathBuf>,
    /// Directory of init scripts.
    pub init: PathBuf,
    /// Directory of fence agents.
    pub fence: PathBuf,
}

/// What a directory's entry must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Directory,
    Program,
    File,
}

fn list(directory: &Path, wanted: Wanted) -> Vec<String> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| {
            // Links are followed.
            let Ok(found) = fs::metadata(entry.path()) else {
                return false;
            };
            match wanted {
                Wanted::Directory => found.is_dir(),
                Wanted::Program => found.is_file() && found.permissions().mode() & 0o111 != 0,
                Wanted::File => found.is_file(),
            }
        })
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    names.sort_unstable();
    names
}

impl Places {
    /// Providers of OCF agents; only those of one agent, if that is named.
    #[must_use]
    pub fn providers(&self, agent: Option<&str>) -> Vec<String> {
        let all = self
            .ocf
            .iter()
            .flat_map(|directory| list(directory, Wanted::Directory));
        let has = |provider: &String| {
            agent.is_none_or(|agent| {
                let agents = self.ocf_agents(provider);
                agents.iter().any(|name| name.eq_ignore_ascii_case(agent))
            })
        };
        all.filter(has).collect()
    }

    fn ocf_agents(&self, provider: &str) -> Vec<String> {
        let directories = self.ocf.iter();
        directories
            .flat_map(|directory| list(&directory.join(provider), Wanted::Program))
            .collect()
    }

    fn fence_agents(&self) -> Vec<String> {
        let mut agents = list(&self.fence, Wanted::File);
        agents.retain(|name| name.starts_with("fence_"));
        agents
    }

    /// Agents of a standard, of one provider only if that is named.
    #[must_use]
    pub fn agents(&self, standard: &str, provider: Option<&str>) -> Vec<String> {
        let is = |name: &str| standard.eq_ignore_ascii_case(name);
        if is("ocf") {
            match provider {
                Some(provider) => self.ocf_agents(provider),
                None => {
                    let providers = self.providers(None);
                    providers
                        .iter()
                        .flat_map(|provider| self.ocf_agents(provider))
                        .collect()
                }
            }
        } else if is("lsb") || is("service") {
            list(&self.init, Wanted::Program)
        } else if is("stonith") {
            self.fence_agents()
        } else {
            Vec::new()
        }
    }

    /// The standards of which there can be agents. Without a connection to systemd, that is none of them.
    #[must_use]
    pub fn standards(&self) -> Vec<&'static str> {
        let mut standards = vec!["ocf", "service", "lsb"];
        if !self.fence_agents().is_empty() {
            standards.push("stonith");
        }
        standards
    }

    /// The program of an agent: where it is, or where it would have to be. `None` for an OCF agent that is nowhere, and
    /// for standards without programs.
    #[must_use]
    pub fn program(&self, standard: &str, provider: Option<&str>, agent: &str) -> Option<PathBuf> {
        let is = |name: &str| standard.eq_ignore_ascii_case(name);
        if is("ocf") {
            let provider = provider?;
            let mut paths = self
                .ocf
                .iter()
                .map(|directory| directory.join(provider).join(agent));
            paths.find(|path| path.exists())
        } else if is("lsb") || is("service") {
            // An absolute name replaces the directory.
            Some(self.init.join(agent))
        } else if is("stonith") {
            Some(self.fence.join(agent))
        } else {
            None
        }
    }

    /// Whether there is such an agent.
    #[must_use]
    pub fn exists(&self, standard: &str, provider: Option<&str>, agent: &str) -> bool {
        let program = self.program(standard, provider, agent);
        program.is_some_and(|path| match standard.eq_ignore_ascii_case("stonith") {
            true => path.is_file(),
            false => path.exists(),
        })
    }
}
