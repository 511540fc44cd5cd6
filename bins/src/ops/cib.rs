//! The CIB that a tool works on: which one it is, questions to it and changes of it.
//!
//! One place decides between a shadow CIB, a CIB file and a cluster. Without daemons only files can be reached. A file
//! is read when the connection is made and written when it ends, if any change was carried out; so a tool that fails
//! half-way leaves what it did before. Source: behaviour notes 06 sections 2.1, 5 and 8.

use std::path::{Path, PathBuf};

use pcmk_cib::acl::Groups;
use pcmk_cib::load;
use pcmk_cib::op::{self, Answer, Change, Context, Operation, Options, Request, Side};
use pcmk_cib::validate;
use pcmk_cib::xml::{Document, PrintStyle, print};
use pcmk_core::rc::Rc;
use pcmk_core::time::DateTime;

use crate::world::World;

/// Where a CIB is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file.
    File(PathBuf),
    /// It comes in through standard input.
    Stdin,
    /// In a cluster, this host's or another one's.
    Cluster,
}

/// The CIB that the environment names.
#[must_use]
pub fn place(world: &World) -> Place {
    match world.env("CIB_shadow") {
        Some(name) => Place::File(world.shadow_file(name)),
        None => real_place(world),
    }
}

/// The CIB that the environment names, apart from shadow CIBs.
#[must_use]
pub fn real_place(world: &World) -> Place {
    match world.env("CIB_file") {
        Some(name) if name == "-" => Place::Stdin,
        Some(name) => Place::File(PathBuf::from(name)),
        None => Place::Cluster,
    }
}

/// Why a change was refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The return code.
    pub rc: Rc,
    /// What the reply holds nevertheless.
    pub output: Option<Box<Document>>,
}

/// A connection to a CIB.
pub struct Cib {
    place: Place,
    doc: Document,
    changed: bool,
    user: Option<String>,
    now: DateTime,
}

/// Members of the system's groups.
pub struct SystemGroups;

impl Groups for SystemGroups {
    fn is_member(&self, group: &str, user: &str) -> bool {
        World::group_members(group).iter().any(|name| name == user)
    }
}

impl Cib {
    /// Connects to the CIB that the environment names.
    ///
    /// # Errors
    /// `ENOTCONN` without a file, `ENXIO` if it is not there, `SCHEMA_VALIDATION` if it holds no valid CIB.
    pub fn connect(world: &mut World) -> Result<Cib, Rc> {
        let place = place(world);
        Cib::connect_to(world, place)
    }

    /// Connects to the CIB that the environment names, apart from shadow CIBs.
    ///
    /// # Errors
    /// As [`Cib::connect`].
    pub fn connect_real(world: &mut World) -> Result<Cib, Rc> {
        let place = real_place(world);
        Cib::connect_to(world, place)
    }

    /// Connects to a CIB.
    ///
    /// # Errors
    /// As [`Cib::connect`].
    pub fn connect_to(world: &mut World, place: Place) -> Result<Cib, Rc> {
        let mut doc = match &place {
            Place::Cluster => return Err(Rc::ENOTCONN),
            Place::Stdin => {
                let bytes = world.read_stdin(pcmk_cib::xml::MAX_DOCUMENT_BYTES).map_err(|_| Rc::EIO)?;
                load::read_bytes(&bytes, "<stdin>").map_err(|_| Rc::SCHEMA_VALIDATION)?
            }
            Place::File(path) => read_file(path)?,
        };
        if doc.root_element().name() != "cib" {
            return Err(Rc::SCHEMA_VALIDATION);
        }
        if doc.root_element().child("status").is_none() {
            let root = doc.root();
            doc.append(root, "status");
        }
        let schema = doc.root_element().attr("validate-with").unwrap_or_default();
        if !validate::is_valid(&doc, schema) {
            return Err(Rc::SCHEMA_VALIDATION);
        }
        let now = world.now();
        Ok(Cib {
            place,
            doc,
            changed: false,
            user: world
                .env("CIB_user")
                .map(|user| user.to_string_lossy().into_owned()),
            now: DateTime::from_epoch(now).with_offset(world.local_offset_s(now)),
        })
    }

    /// Works on behalf of this user from now on.
    pub fn set_user(&mut self, user: &str) {
        self.user = Some(user.to_owned());
    }

    /// The CIB as it is, without regard to permissions.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.doc
    }

    /// "Now", with the offset of local time.
    #[must_use]
    pub fn now(&self) -> DateTime {
        self.now
    }

    fn context<'c>(&self) -> Context<'c> {
        Context {
            now: self.now,
            groups: &SystemGroups,
            side: Side::FileClient,
        }
    }

    fn complete(&self, mut request: Request) -> Request {
        if request.user.is_none() {
            request.user.clone_from(&self.user);
        }
        request
    }

    /// Answers a query.
    ///
    /// # Errors
    /// `ENXIO` if there is no such thing, `EACCES` if nothing may be read.
    pub fn query(&self, request: Request) -> Result<Answer<'_>, Rc> {
        op::query(&self.doc, &self.complete(request), &self.context()).map_err(|error| error.rc())
    }

    /// Everything that may be read.
    ///
    /// # Errors
    /// `EACCES` if nothing may be read.
    pub fn query_all(&self) -> Result<Answer<'_>, Rc> {
        self.query(Request::new(Operation::Query))
    }

    /// Everything that may be read, as a document.
    ///
    /// # Errors
    /// `EACCES` if nothing may be read.
    pub fn into_document(self) -> Result<Document, Rc> {
        match self.user {
            None => Ok(self.doc),
            Some(_) => self.query_all().map(Answer::into_document),
        }
    }

    /// Carries out a change. Returns what it has to tell.
    ///
    /// # Errors
    /// The CIB stays as it is.
    pub fn change(&mut self, request: Request) -> Result<Vec<String>, Refusal> {
        let request = self.complete(request).options(Options::SYNC_CALL);
        match op::change(&self.doc, &request, &self.context()) {
            Ok(Change { doc, messages, .. }) => {
                self.doc = doc;
                self.changed = true;
                Ok(messages)
            }
            Err(failure) => Err(Refusal {
                rc: failure.error.rc(),
                output: failure.output,
            }),
        }
    }

    /// Ends the connection, which writes the file after any change.
    ///
    /// # Errors
    /// The file could not be written.
    pub fn close(self, world: &World) -> Result<(), Rc> {
        let Place::File(path) = &self.place else {
            return Ok(());
        };
        if !self.changed {
            return Ok(());
        }
        let text = print(self.doc.root_element(), PrintStyle::Pretty);
        world
            .write_file(path, text.as_bytes())
            .map_err(|error| error.raw_os_error().map_or(Rc::EIO, Rc))
    }
}

fn read_file(path: &Path) -> Result<Document, Rc> {
    if path.metadata().is_err() {
        return Err(Rc::ENXIO);
    }
    load::read_file(path).map_err(|_| Rc::SCHEMA_VALIDATION)
}

/// A text as a literal of an XPath. A text with quotes of both kinds cannot be one; it becomes one that matches
/// nothing sensible.
#[must_use]
pub fn quoted(text: &str) -> String {
    match text.contains('\'') {
        false => format!("'{text}'"),
        true => format!("\"{}\"", text.replace('"', "\u{fffd}")),
    }
}
