//! Which CIB the environment asks for.
//!
//! Source: behaviour notes 06 §8.

use std::path::{Path, PathBuf};

use pcmk_core::lenient::is_true;

use super::error::StoreError;

/// Where a CIB is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In memory.
    Memory,
    /// A working copy.
    Shadow {
        /// Its name.
        name: String,
        /// Its file.
        path: PathBuf,
    },
    /// A file.
    File(PathBuf),
    /// Standard input, to be read once.
    StandardInput,
    /// A manager on another machine.
    Remote {
        /// The machine.
        server: String,
        /// The port, as given.
        port: String,
        /// The user to log in as.
        user: String,
        /// The password.
        password: Option<String>,
        /// Whether the connection is encrypted.
        encrypted: bool,
    },
    /// The manager on this machine.
    Local,
}

/// What the choice depends on.
pub struct Environment<'e> {
    /// The value of an environment variable.
    pub variable: &'e dyn Fn(&str) -> Option<String>,
    /// Name of the user that the program runs as.
    pub effective_user: &'e str,
    /// Home directory of that user according to the system's database.
    pub home: Option<PathBuf>,
    /// The cluster's own directory for its CIB.
    pub cib_directory: &'e Path,
}

impl Environment<'_> {
    /// A variable that is set and not empty.
    fn filled(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }

    /// Whether the program runs as one of the cluster's own users.
    pub fn is_privileged(&self) -> bool {
        ["root", "hacluster"]
            .iter()
            .any(|user| self.effective_user.eq_ignore_ascii_case(user))
    }
}

/// The CIB that the environment asks for: `CIB_shadow` before `CIB_file` before `CIB_port` before the local
/// manager.
pub fn choose(environment: &Environment<'_>) -> Result<Place, StoreError> {
    if let Some(name) = environment.filled("CIB_shadow") {
        let path = shadow_file(environment, &name)?;
        return Ok(Place::Shadow { name, path });
    }
    if let Some(file) = environment.filled("CIB_file") {
        return Ok(match file.as_str() {
            "-" => Place::StandardInput,
            path => Place::File(PathBuf::from(path)),
        });
    }
    if let Some(port) = environment.filled("CIB_port") {
        let value = |name: &str, default: &str| {
            environment
                .filled(name)
                .unwrap_or_else(|| default.to_owned())
        };
        return Ok(Place::Remote {
            server: value("CIB_server", "localhost"),
            port,
            user: value("CIB_user", "hacluster"),
            password: environment.filled("CIB_passwd"),
            encrypted: is_true(environment.filled("CIB_encrypted").as_deref()),
        });
    }
    Ok(Place::Local)
}

/// The file of the working copy `name`.
pub fn shadow_file(environment: &Environment<'_>, name: &str) -> Result<PathBuf, StoreError> {
    Ok(shadow_directory(environment)?.join(format!("shadow.{name}")))
}

/// The directory of working copies. It may have to be created, for the user alone.
pub fn shadow_directory(environment: &Environment<'_>) -> Result<PathBuf, StoreError> {
    if let Some(dir) = environment.filled("CIB_shadow_dir") {
        return Ok(PathBuf::from(dir));
    }
    if environment.is_privileged() {
        return Ok(environment.cib_directory.to_owned());
    }
    let home = environment
        .filled("HOME")
        .map(PathBuf::from)
        .or_else(|| environment.home.clone())
        .filter(|home| home.is_absolute());
    if let Some(home) = home {
        return Ok(home.join(".cib"));
    }
    let temporary = environment
        .filled("TMPDIR")
        .map(PathBuf::from)
        .filter(|dir| dir.is_absolute());
    Ok(temporary.unwrap_or_else(|| PathBuf::from("/tmp")))
}
