//! The CIB that a tool works on: which one it is, questions to it and changes of it.
//!
//! One place decides between a shadow CIB, a CIB file and a cluster. Without daemons only files can be reached. A file
//! is read when the connection is made and written when it ends, if any change was carried out; so a tool that fails
//! half-way leaves what it did before. Source: behaviour notes 06 sections 2.1, 5 and 8.

use std::sync::Arc;

use pcmk_cib::acl::Groups;
use pcmk_cib::op::{self, Answer, Context, Operation, Options, Request, Side};
use pcmk_cib::store::{
    AccessError, CibAccess, Client, FileCib, LiveDirectory, LiveWriter, SystemFiles, choose,
};
use pcmk_cib::xml::{Document, MAX_DOCUMENT_BYTES};
use pcmk_core::rc::Rc;
use pcmk_core::time::DateTime;

pub use pcmk_cib::store::Place;

use crate::world::World;

/// The CIB that the environment names.
#[must_use]
pub fn place(world: &World) -> Place {
    world.with_environment(true, |environment| {
        choose(environment).unwrap_or(Place::Local)
    })
}

/// The CIB that the environment names, apart from shadow CIBs.
#[must_use]
pub fn real_place(world: &World) -> Place {
    world.with_environment(false, |environment| {
        choose(environment).unwrap_or(Place::Local)
    })
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
    access: FileCib,
    doc: Arc<Document>,
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
        let now = world.now();
        let now = DateTime::from_epoch(now).with_offset(world.local_offset_s(now));
        let user = world
            .env("CIB_user")
            .map(|user| user.to_string_lossy().into_owned());
        let client = Client {
            user: user.clone(),
            now,
            groups: Arc::new(SystemGroups),
        };
        let opened = match place {
            Place::Memory | Place::Remote { .. } | Place::Local => return Err(Rc::ENOTCONN),
            Place::StandardInput => {
                let bytes = world.read_stdin(MAX_DOCUMENT_BYTES).map_err(|_| Rc::EIO)?;
                FileCib::of_bytes(&bytes, client)
            }
            Place::File(_) | Place::Shadow { .. } => {
                let files = Arc::new(SystemFiles);
                let owner = world.cib_owner();
                let live = LiveWriter {
                    directory: LiveDirectory::new(files.clone(), World::cib_directory(), owner),
                    may_write: world.is_privileged(),
                };
                FileCib::open(files, place, client, Some(live))
            }
        };
        let mut access = opened.map_err(|error| error.rc())?;
        let doc = access.view().map_err(|error| error.rc())?;
        Ok(Cib {
            access,
            doc,
            user,
            now,
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
            None => {
                let doc = Arc::clone(&self.doc);
                drop(self);
                Ok(Arc::unwrap_or_clone(doc))
            }
            Some(_) => self.query_all().map(Answer::into_document),
        }
    }

    /// Carries out a change. Returns what it has to tell.
    ///
    /// # Errors
    /// The CIB stays as it is.
    pub fn change(&mut self, request: Request) -> Result<Vec<String>, Refusal> {
        let request = self.complete(request).options(Options::SYNC_CALL);
        match self.access.perform(&request) {
            Ok(reply) => {
                self.doc = self.access.view().map_err(refusal)?;
                Ok(reply.messages)
            }
            Err(error) => Err(refusal(error)),
        }
    }

    /// Ends the connection, which writes the file after any change.
    ///
    /// # Errors
    /// The file could not be written.
    pub fn close(mut self) -> Result<(), Rc> {
        self.access.sign_off().map_err(|error| error.rc())
    }
}

fn refusal(error: AccessError) -> Refusal {
    Refusal {
        rc: error.rc(),
        output: error.output().cloned().map(Box::new),
    }
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
