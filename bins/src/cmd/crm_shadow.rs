//! `crm_shadow`: working copies of the configuration. Source: behaviour notes 07 section 6.1.
//!
//! What stands behind a shadow CIB is the CIB that the environment names apart from shadow CIBs.

mod options;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;

use pcmk_cib::load;
use pcmk_cib::op::{self, Operation, Options, Request as CibRequest};
use pcmk_cib::patch::{AttributeOrder, describe, diff};
use pcmk_cib::xml::{Document, PrintStyle, print};
use pcmk_core::rc::{ExitCode, Rc};

use crate::Tool;
use crate::args::{Found, Listing, UsageError, help_text};
use crate::front::{self, Body, Failure, Session};
use crate::ops::cib::Cib;
use crate::world::{Streams, World};
use options::{Command, Request, TABLE};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_shadow",
    options: Listing::Table(&TABLE),
    run,
};

const CLUSTER: &str = "To prevent accidental destruction of the cluster, the --force flag is required in order to \
    proceed.";
const FILE: &str = "To prevent accidental destruction of the shadow file, the --force flag is required in order to \
    proceed.";

/// Characters of a shadow CIB's name that the shell's prompt shows.
const PROMPT_NAME_MAX: usize = 40;

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    let mut request = Request::default();
    front::run(&TABLE, ExitCode::ERROR, &mut request, world, streams)
}

impl Body for Request {
    fn option(&mut self, option: &Found, _world: &World) -> Result<(), UsageError> {
        self.apply(option);
        Ok(())
    }

    fn run(&mut self, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
        session.out.set_fancy(false);
        let with_help = |text: &str| Failure::usage(format!("{text}\n\n{}", help_text(&TABLE)));
        if !session.rest.is_empty() {
            let words: Vec<_> = session.rest.iter().map(|w| w.to_string_lossy()).collect();
            let text = format!("non-option ARGV-elements: {}", words.join(" "));
            return Err(with_help(&text));
        }
        let Some(command) = &self.command else {
            return Err(with_help("Must specify a query or command option"));
        };
        match command {
            Command::Which => which(session),
            Command::Display => display(session),
            Command::Diff => differences(session),
            Command::File => file(session),
            Command::Edit => edit(session),
            Command::Create(name) => self.create(session, name),
            Command::CreateEmpty(name) => self.create_empty(session, name),
            Command::Commit(name) => self.commit(session, name),
            Command::Delete(name) => self.delete(session, name),
            Command::Reset(name) => self.reset(session, name),
            Command::Switch(name) => {
                exists(session.world, name)?;
                self.instruct(session, name, "To switch to the named shadow instance")
            }
        }
    }
}

/// The name of the active shadow CIB.
fn active(world: &World) -> Result<OsString, Failure> {
    world
        .env("CIB_shadow")
        .map(OsStr::to_owned)
        .ok_or_else(|| Failure::new(ExitCode::NOSUCH, "No active shadow configuration defined"))
}

fn path_of(world: &World, name: &str) -> PathBuf {
    world.shadow_file(OsStr::new(name))
}

/// Refuses to go on if a shadow CIB is not there.
fn exists(world: &World, name: &str) -> Result<PathBuf, Failure> {
    let path = path_of(world, name);
    match path.metadata() {
        Ok(_) => Ok(path),
        Err(error) => {
            let what = format!("Could not access shadow instance '{name}'");
            Err(Failure::rc(&what, rc_of(&error)))
        }
    }
}

fn active_file(world: &World) -> Result<(String, PathBuf), Failure> {
    let name = active(world)?.to_string_lossy().into_owned();
    let path = exists(world, &name)?;
    Ok((name, path))
}

fn rc_of(error: &io::Error) -> Rc {
    error.raw_os_error().map_or(Rc::EIO, Rc)
}

fn read(path: &PathBuf) -> Result<Document, Failure> {
    load::read_file(path).map_err(|_| {
        let text = format!("Could not parse XML from input file '{}'", path.display());
        Failure::new(Rc::UNPACK_ERROR.exit_code(), text)
    })
}

/// The CIB behind the shadow.
fn real(world: &mut World) -> Result<Cib, Failure> {
    Cib::connect_real(world).map_err(|rc| Failure::rc("Could not connect to CIB", rc))
}

fn real_document(world: &mut World) -> Result<Document, Failure> {
    let cib = real(world)?;
    let answer = cib
        .query_all()
        .map_err(|rc| Failure::rc("Could not query the non-shadow CIB", rc))?;
    Ok(answer.into_document())
}

fn which(session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
    let name = active(session.world)?.to_string_lossy().into_owned();
    match session.out.xml() {
        Some(xml) => xml.leaf("shadow", &[("instance", &name)]),
        None => session.out.line(&name),
    }
    Ok(ExitCode::OK)
}

fn file(session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
    let name = active(session.world)?;
    let path = session.world.shadow_file(&name);
    let (name, path) = (name.to_string_lossy(), path.to_string_lossy());
    match session.out.xml() {
        Some(xml) => xml.leaf("shadow", &[("instance", &name), ("file", &path)]),
        None => session.out.line(&path),
    }
    Ok(ExitCode::OK)
}

fn display(session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
    let (name, path) = active_file(session.world)?;
    let document = read(&path)?;
    let text = print(document.root_element(), PrintStyle::Pretty);
    match session.out.xml() {
        Some(xml) => {
            xml.push("shadow", &[("instance", &name)]);
            xml.cdata_leaf("content", &[], &text);
            xml.pop();
        }
        None => session.out.blob("content", &text),
    }
    Ok(ExitCode::OK)
}

fn differences(session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
    let (name, path) = active_file(session.world)?;
    let real = real_document(session.world)?;
    let shadow = read(&path)?;
    let Some(patch) = diff(&real, shadow, AttributeOrder::Counts, false) else {
        return Ok(ExitCode::OK);
    };
    match session.out.xml() {
        Some(xml) => {
            let text = print(patch.root_element(), PrintStyle::Pretty);
            xml.push("shadow", &[("instance", &name)]);
            xml.cdata_leaf("xml-patchset", &[], &text);
            xml.pop();
        }
        None => {
            for line in describe(patch.root_element()) {
                session.out.line(&line);
            }
        }
    }
    Ok(ExitCode::ERROR)
}

fn edit(session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
    let (_, path) = active_file(session.world)?;
    let editor = session
        .world
        .env("EDITOR")
        .map(OsStr::to_owned)
        .ok_or_else(|| Failure::new(ExitCode::NOT_CONFIGURED, "No value for EDITOR defined"))?;
    session.out.flush();
    let arguments = [path.into_os_string()];
    match session.world.run_program(&editor, &arguments, &[]) {
        Ok(status) => Ok(ExitCode::from_int(status)),
        Err(error) => {
            let what = format!("Could not invoke EDITOR ({})", editor.to_string_lossy());
            Err(Failure::rc(&what, rc_of(&error)))
        }
    }
}

impl Request {
    /// Refuses a dangerous command that is not forced.
    fn check_danger(
        &self,
        world: &World,
        name: &str,
        what: &str,
        guard: &str,
    ) -> Result<(), Failure> {
        if self.force {
            return Ok(());
        }
        let mut text = what.to_owned();
        if let Some(active) = world.env("CIB_shadow").filter(|active| *active != name) {
            text.push_str(&format!(
                "\nAdditionally, the supplied shadow instance ({name}) is not the same as the active one ({}).",
                active.to_string_lossy()
            ));
        }
        Err(Failure::usage(format!("{text}\n{guard}")))
    }

    fn check_free(&self, world: &World, name: &str) -> Result<(), Failure> {
        if self.force || path_of(world, name).metadata().is_err() {
            return Ok(());
        }
        Err(Failure::new(
            ExitCode::CANTCREAT,
            format!("A shadow instance '{name}' already exists.\n{FILE}"),
        ))
    }

    fn create(&self, session: &mut Session<'_, '_>, name: &str) -> Result<ExitCode, Failure> {
        self.check_free(session.world, name)?;
        let document = real_document(session.world)?;
        write(session.world, name, &document, "create")?;
        self.instruct(
            session,
            name,
            "A new shadow instance was created. To begin using it",
        )
    }

    fn create_empty(&self, session: &mut Session<'_, '_>, name: &str) -> Result<ExitCode, Failure> {
        self.check_free(session.world, name)?;
        let document = op::empty(0, self.schema.as_deref());
        write(session.world, name, &document, "create")?;
        let schema = document.root_element().attr("validate-with");
        session.out.info(&format!(
            "Created new {} configuration",
            schema.unwrap_or_default()
        ));
        self.instruct(
            session,
            name,
            "A new shadow instance was created. To begin using it",
        )
    }

    fn reset(&self, session: &mut Session<'_, '_>, name: &str) -> Result<ExitCode, Failure> {
        let what = "The reset command overwrites the active shadow configuration.";
        self.check_danger(session.world, name, what, FILE)?;
        let document = real_document(session.world)?;
        write(session.world, name, &document, "reset")?;
        self.instruct(
            session,
            name,
            "A new shadow instance was created. To begin using it",
        )
    }

    fn commit(&self, session: &mut Session<'_, '_>, name: &str) -> Result<ExitCode, Failure> {
        let what = "The commit command overwrites the active cluster configuration.";
        self.check_danger(session.world, name, what, CLUSTER)?;
        let path = exists(session.world, name)?;
        let document = read(&path)?;
        let mut cib = real(session.world)?;
        let mut request = CibRequest::new(Operation::Replace).input(document);
        if !self.all {
            request = request.section("configuration");
        }
        if session.common.verbosity > 0 {
            request = request.options(Options::VERBOSE);
        }
        let what = format!("Could not commit shadow instance '{name}' to the CIB");
        cib.change(request)
            .map_err(|refusal| Failure::rc(&what, refusal.rc))?;
        cib.close().map_err(|rc| Failure::rc(&what, rc))?;
        Ok(ExitCode::OK)
    }

    fn delete(&self, session: &mut Session<'_, '_>, name: &str) -> Result<ExitCode, Failure> {
        let what = "The delete command removes the specified shadow file.";
        self.check_danger(session.world, name, what, FILE)?;
        match session.world.remove_file(&path_of(session.world, name)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                let what = format!("Could not remove shadow instance '{name}'");
                return Err(Failure::rc(&what, rc_of(&error)));
            }
        }
        if session
            .world
            .env("CIB_shadow")
            .is_some_and(|active| active == name)
        {
            instruction(
                session,
                "Remember to unset the CIB_shadow variable by entering the following into your \
                 shell:\n\tunset CIB_shadow",
            );
        }
        Ok(ExitCode::OK)
    }

    /// Helps to begin with a shadow CIB: by a shell for it, or by telling what to type.
    fn instruct(
        &self,
        session: &mut Session<'_, '_>,
        name: &str,
        begin: &str,
    ) -> Result<ExitCode, Failure> {
        let shown: String = name.chars().take(PROMPT_NAME_MAX).collect();
        let prompt = OsString::from(format!("shadow[{shown}] # "));
        let world = &*session.world;
        let is_active = world.env("CIB_shadow").is_some_and(|active| active == name);
        if is_active && world.env("PS1").is_some_and(|present| present == prompt) {
            return Ok(ExitCode::OK);
        }
        let shell = world.env("SHELL").map(OsStr::to_owned);
        let Some(shell) = shell.filter(|_| !self.batch) else {
            let text = format!(
                "{begin}, enter the following into your shell:\n\texport CIB_shadow={name}"
            );
            instruction(session, &text);
            return Ok(ExitCode::OK);
        };
        session.out.info("Setting up shadow instance");
        instruction(session, "Press Ctrl+D to exit the crm_shadow shell");
        session.out.flush();
        // A shell's own files would set another prompt.
        let arguments: &[OsString] = match shell.to_string_lossy().ends_with("bash") {
            true => &["--norc".into(), "--noprofile".into()],
            false => &[],
        };
        let environment = [("PS1".into(), prompt), ("CIB_shadow".into(), name.into())];
        match session.world.run_program(&shell, arguments, &environment) {
            Ok(status) => Ok(ExitCode::from_int(status)),
            Err(error) => {
                let what = format!("Failed to launch shell '{}'", shell.to_string_lossy());
                Err(Failure::rc(&what, rc_of(&error)))
            }
        }
    }
}

fn write(world: &World, name: &str, document: &Document, verb: &str) -> Result<(), Failure> {
    let text = print(document.root_element(), PrintStyle::Pretty);
    world
        .write_shadow_file(OsStr::new(name), text.as_bytes())
        .map_err(|error| {
            let what = format!("Could not {verb} the shadow instance '{name}'");
            Failure::rc(&what, rc_of(&error))
        })
}

fn instruction(session: &mut Session<'_, '_>, text: &str) {
    match session.out.xml() {
        Some(xml) => xml.text_leaf("instruction", &[], text),
        None => session.out.info(text),
    }
}
