//! Parameters whose values are kept outside of the CIB.
//!
//! The CIB holds `lrm://` in the place of a secret; the value is in a file of its own beside the file with its
//! digest, readable for the cluster only.
//!
//! Source: behaviour notes 06 §10, 07 §13.

use std::io;
use std::path::{Path, PathBuf};

use pcmk_core::rc::Rc;

use crate::digest::md5_hex;
use crate::store::FileSystem;

/// What stands in the CIB for a secret value.
pub const SECRET_VALUE: &str = "lrm://";

/// Why a secret could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// There is no value, or an empty one.
    #[error("no secret value in {path}", path = path.display())]
    Missing {
        /// The file that should hold it.
        path: PathBuf,
    },
    /// There is no digest.
    #[error("no digest of the secret in {path}", path = path.display())]
    NoDigest {
        /// The file that should hold it.
        path: PathBuf,
    },
    /// The value does not match its digest.
    #[error("secret in {path} does not match its digest", path = path.display())]
    WrongDigest {
        /// The file that holds it.
        path: PathBuf,
    },
    /// The resource's or the parameter's name cannot be the name of a file.
    #[error("'{name}' cannot be the name of a secret")]
    BadName {
        /// The name.
        name: String,
    },
    /// A file could not be read.
    #[error("{path}: {error}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl SecretError {
    /// The documented return code.
    pub fn rc(&self) -> Rc {
        match self {
            SecretError::Missing { .. } | SecretError::NoDigest { .. } => Rc::ENOENT,
            SecretError::WrongDigest { .. } => Rc::CIB_CORRUPT,
            SecretError::BadName { .. } => Rc::EINVAL,
            SecretError::Io { error, .. } => error.raw_os_error().map_or(Rc::EIO, Rc),
        }
    }
}

/// The file that holds the value of a resource's parameter; its digest is beside it, with `.sign` behind the
/// name.
pub fn secret_file(dir: &Path, rsc: &str, parameter: &str) -> Result<PathBuf, SecretError> {
    for name in [rsc, parameter] {
        // Names come from the CIB: they must not lead elsewhere.
        if name.is_empty() || name == "." || name == ".." || name.contains(['/', '\0']) {
            return Err(SecretError::BadName {
                name: name.to_owned(),
            });
        }
    }
    Ok(dir.join(rsc).join(parameter))
}

/// The value of a secret parameter, checked against its digest.
pub fn read_secret(
    files: &dyn FileSystem,
    dir: &Path,
    rsc: &str,
    parameter: &str,
) -> Result<String, SecretError> {
    let path = secret_file(dir, rsc, parameter)?;
    let value = read_trimmed(files, &path)?
        .filter(|value| !value.is_empty())
        .ok_or_else(|| SecretError::Missing { path: path.clone() })?;
    let mut sign = path.clone().into_os_string();
    sign.push(".sign");
    let sign = PathBuf::from(sign);
    let expected = read_trimmed(files, &sign)?.ok_or(SecretError::NoDigest { path: sign })?;
    match md5_hex(value.as_bytes()).eq_ignore_ascii_case(expected.trim_start()) {
        true => Ok(value),
        false => Err(SecretError::WrongDigest { path }),
    }
}

/// Replaces what stands for secrets by their values. All are tried; the last error is returned, and its
/// parameter keeps what stood there.
pub fn substitute<'p>(
    files: &dyn FileSystem,
    dir: &Path,
    rsc: &str,
    parameters: impl Iterator<Item = (&'p str, &'p mut String)>,
) -> Result<(), SecretError> {
    let mut result = Ok(());
    for (name, value) in parameters {
        if value != SECRET_VALUE {
            continue;
        }
        match read_secret(files, dir, rsc, name) {
            Ok(secret) => *value = secret,
            Err(error) => result = Err(error),
        }
    }
    result
}

/// The text in a file without blanks at its end; `None` if there is no file.
fn read_trimmed(files: &dyn FileSystem, path: &Path) -> Result<Option<String>, SecretError> {
    match files.read(path) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            Ok(Some(text.trim_ascii_end().to_owned()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SecretError::Io {
            path: path.to_owned(),
            error,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SystemFiles;

    #[test]
    fn values_are_read_checked_and_put_in() {
        let name = format!("pcmk-cib-secret-{}", std::process::id());
        let dir = std::env::temp_dir().join(name);
        let files = SystemFiles;
        std::fs::create_dir_all(dir.join("db")).expect("temporary directory is writable");
        let put = |name: &str, text: &str| {
            std::fs::write(dir.join("db").join(name), text).expect("writable");
        };
        put("password", "hunter2\n\n");
        put(
            "password.sign",
            &format!("{}\n", md5_hex(b"hunter2").to_uppercase()),
        );
        put("other", "x");
        put("other.sign", "0");
        put("bare", "x");
        put("empty", " \n");
        let read = |parameter: &str| {
            read_secret(&files, &dir, "db", parameter).map_err(|error| error.rc())
        };
        assert_eq!(read("password"), Ok("hunter2".to_owned()));
        assert_eq!(read("other"), Err(Rc::CIB_CORRUPT));
        for missing in ["bare", "empty", "none"] {
            assert_eq!(read(missing), Err(Rc::ENOENT));
        }
        assert_eq!(read("../db/password"), Err(Rc::EINVAL));
        let mut values = [
            ("other", SECRET_VALUE.to_owned()),
            ("password", SECRET_VALUE.to_owned()),
            ("plain", "v".to_owned()),
        ];
        let pairs = values.iter_mut().map(|(name, value)| (*name, value));
        assert!(substitute(&files, &dir, "db", pairs).is_err());
        let found: Vec<&str> = values.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(found, [SECRET_VALUE, "hunter2", "v"]);
        std::fs::remove_dir_all(&dir).expect("removable");
    }
}
