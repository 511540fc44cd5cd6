//! `cibadmin`: direct access to the CIB. Source: behaviour notes 07 section 2; what the operations do is in 06.

mod options;

use std::path::Path;
use std::sync::Arc;

use pcmk_cib::acl::{self, AccessStyle, Guard, Permissions};
use pcmk_cib::load;
use pcmk_cib::op::{self, Operation, Options, Request as CibRequest, Section};
use pcmk_cib::patch::{content_digest, on_disk_digest};
use pcmk_cib::schema::SchemaVersion;
use pcmk_cib::xml::{Document, Element};
use pcmk_core::diag::Diagnostics;
use pcmk_core::rc::{ExitCode, Rc};

use crate::Tool;
use crate::args::{Found, Listing, UsageError, help_text};
use crate::front::{self, Body, Failure, Session};
use crate::ops::cib::{Cib, SystemGroups};
use crate::out::{Format, Out};
use crate::view::element::blob;
use crate::world::{Streams, World};
use options::{Command, Input, Request, ShowAccess, TABLE, Target};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "cibadmin",
    options: Listing::Table(&TABLE),
    run,
};

const DANGEROUS: &str = "The supplied command is considered dangerous. To prevent accidental destruction of the \
    cluster, the --force flag is required in order to proceed.";

fn run(world: &mut World, streams: &mut Streams) -> u8 {
    let mut request = Request::default();
    front::run(&TABLE, ExitCode::ERROR, &mut request, world, streams)
}

impl Body for Request {
    fn option(&mut self, option: &Found, _world: &World) -> Result<(), UsageError> {
        self.apply(option)
    }

    fn run(&mut self, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
        if !session.rest.is_empty() {
            let words: Vec<_> = session.rest.iter().map(|w| w.to_string_lossy()).collect();
            return Err(Failure::usage(format!(
                "non-option ARGV-elements: {}\n\n{}",
                words.join(" "),
                help_text(&TABLE)
            )));
        }
        if self.command == Command::Query && self.show_access.is_some() && self.user.is_none() {
            return Err(Failure::usage(
                "-U/--user is required with -S/--show-access",
            ));
        }
        if self.command.is_dangerous() && !self.force {
            return Err(Failure::new(ExitCode::UNSAFE, DANGEROUS));
        }
        let input = self.read_input(session.world)?;
        match (self.command, &input) {
            (Command::Empty, _) => {
                let doc = op::empty(1, self.schema.as_deref());
                show(session.out, doc.root_element());
                Ok(ExitCode::OK)
            }
            (Command::Md5Sum, Some(input)) => {
                digest(session.out, &on_disk_digest(input.root_element()));
                Ok(ExitCode::OK)
            }
            (Command::Md5SumVersioned, Some(input)) => {
                digest(session.out, &content_digest(input.root_element()));
                Ok(ExitCode::OK)
            }
            (command, _) => match command.operation() {
                Some(operation) => self.work(session, operation, input),
                // Digests of nothing were refused while reading the input.
                None => Ok(ExitCode::OK),
            },
        }
    }
}

impl Request {
    fn read_input(&self, world: &mut World) -> Result<Option<Document>, Failure> {
        let unless_xpath = match self.command {
            Command::Query | Command::Upgrade | Command::Erase | Command::Bump | Command::Empty => {
                return Ok(None);
            }
            Command::Delete | Command::DeleteAll => true,
            Command::Create
            | Command::Modify
            | Command::Replace
            | Command::Patch
            | Command::Md5Sum
            | Command::Md5SumVersioned => false,
        };
        let (document, source) = match self.input() {
            Some(Input::File(name)) if name != "-" => {
                let shown = name.to_string_lossy().into_owned();
                (load::read_file(Path::new(name)).ok(), shown)
            }
            Some(Input::Text(text)) => {
                let document = Document::parse(text.as_bytes(), "input string").ok();
                (document, "input string".to_owned())
            }
            Some(input @ (Input::Stdin | Input::File(_))) => {
                let limit = pcmk_cib::xml::MAX_DOCUMENT_BYTES;
                let bytes = world.read_stdin(limit).unwrap_or_default();
                let document = load::read_bytes(&bytes, "<stdin>").ok();
                let shown = match input {
                    Input::File(_) => "-",
                    Input::Stdin | Input::Text(_) => "stdin",
                };
                (document, shown.to_owned())
            }
            None if unless_xpath && matches!(self.target, Some(Target::XPath(_))) => {
                return Ok(None);
            }
            None => {
                let either = if unless_xpath {
                    "either --xpath or "
                } else {
                    ""
                };
                return Err(Failure::usage(format!(
                    "The supplied command requires {either}input via --xml-file, --xml-text, or --xml-pipe"
                )));
            }
        };
        let mut document = document.ok_or_else(|| {
            let text = format!("Couldn't parse input from {source}");
            Failure::new(ExitCode::DATAERR, text)
        })?;
        let root = document.root_element();
        if self.command == Command::Replace
            && root.name() == "cib"
            && root.child("status").is_none()
        {
            let root = document.root();
            document.append(root, "status");
        }
        Ok(Some(document))
    }

    /// Connects, and does what needs a connection.
    fn work(
        &self,
        session: &mut Session<'_, '_>,
        operation: Operation,
        input: Option<Document>,
    ) -> Result<ExitCode, Failure> {
        if let Some(Target::Scope(name)) = &self.target
            && matches!(Section::named(name), None | Some(Section::Whole))
        {
            session.out.err(&format!(
                "Invalid value '{name}' for '--scope'. Operation will apply to the entire CIB"
            ));
        }
        let mut cib = Cib::connect(session.world)
            .map_err(|rc| Failure::rc("Could not connect to the CIB API", rc))?;
        if self.timeout_s < 1 {
            session
                .out
                .err("Timeout must be positive, defaulting to 30");
        }
        let show_access = self
            .show_access
            .zip(self.user.as_deref())
            .filter(|_| self.command == Command::Query);
        if let (Some(user), None) = (&self.user, show_access) {
            cib.set_user(user);
        }
        let request = self.cib_request(operation, input, session.common.verbosity > 0);
        if operation == Operation::Query {
            let answer = cib
                .query(request)
                .map_err(|rc| Failure::rc("CIB API call failed", rc))?;
            let element = answer.element();
            match show_access.filter(|_| element.name() == "cib") {
                Some((style, user)) => show_with_access(session, &cib, element, user, style)?,
                None => self.show_answer(session.out, element),
            }
            return Ok(ExitCode::OK);
        }
        let result = cib.change(request);
        match result {
            Ok(messages) => {
                if session.common.verbosity > 0 {
                    messages.iter().for_each(|text| session.out.stderr(text));
                }
                cib.close()
                    .map_err(|rc| Failure::rc("CIB API call failed", rc))?;
                Ok(ExitCode::OK)
            }
            Err(refusal) => {
                if let Some(output) = &refusal.output {
                    show(session.out, output.root_element());
                }
                Err(Failure::rc("CIB API call failed", refusal.rc))
            }
        }
    }

    fn cib_request(
        &self,
        operation: Operation,
        input: Option<Document>,
        verbose: bool,
    ) -> CibRequest {
        let mut request = CibRequest::new(operation);
        match &self.target {
            Some(Target::XPath(xpath)) => request = request.xpath(xpath),
            Some(Target::Scope(name)) => request = request.section(name),
            None => {}
        }
        request.input = input;
        let options = [
            (self.command == Command::DeleteAll, Options::MULTIPLE),
            (self.can_create, Options::CAN_CREATE),
            (self.no_children, Options::NO_CHILDREN),
            (self.node_path, Options::XPATH_ADDRESS),
            (
                self.score || self.command == Command::Modify,
                Options::SCORE_UPDATE,
            ),
            (verbose, Options::VERBOSE),
        ];
        for (wanted, option) in options {
            if wanted {
                request = request.options(option);
            }
        }
        request
    }

    fn show_answer(&self, out: &mut Out<'_>, element: Element<'_>) {
        let paths = self.node_path && matches!(self.target, Some(Target::XPath(_)));
        if paths && out.format() == Format::Text {
            for path in element.children_named("xpath-query-path") {
                out.line(path.xml_id().unwrap_or_default());
            }
        } else {
            show(out, element);
        }
    }
}

fn show(out: &mut Out<'_>, element: Element<'_>) {
    blob(out, "output", element);
}

fn digest(out: &mut Out<'_>, digest: &str) {
    match out.xml() {
        Some(xml) => xml.leaf("md5-sum", &[("digest", digest)]),
        None => out.line(digest),
    }
}

/// Shows a CIB with what a user may do to each part of it.
fn show_with_access(
    session: &mut Session<'_, '_>,
    cib: &Cib,
    element: Element<'_>,
    user: &str,
    style: ShowAccess,
) -> Result<(), Failure> {
    if let Some(own) = session.world.process_user()
        && acl::is_subject(&own)
    {
        session.out.stderr(&format!(
            "Warning: cibadmin is being run as user {own}, which is subject to ACLs. \
             What is shown below may differ from what {user} is allowed."
        ));
    }
    let refused = |rc: Rc| {
        let text = format!("Could not evaluate ACLs for {user}: {}", rc.text());
        Failure::new(ExitCode::CONFIG, text)
    };
    let doc = Document::of_element(element);
    if !acl::is_subject(user) {
        return Err(refused(Rc::ALREADY));
    }
    if SchemaVersion::claimed(&doc) < SchemaVersion::named("pacemaker-2.0") {
        return Err(refused(Rc::SCHEMA_VALIDATION));
    }
    if user.contains(['<', '>', '&']) {
        return Err(refused(Rc::EINVAL));
    }
    let style = match style {
        ShowAccess::Auto if session.out.is_terminal() => AccessStyle::Colour,
        ShowAccess::Auto | ShowAccess::Text => AccessStyle::Text,
        ShowAccess::Colour => AccessStyle::Colour,
        ShowAccess::Namespace => AccessStyle::Namespace,
    };
    let mut log = Diagnostics::default();
    let permissions = Permissions::of(cib.document(), user, &SystemGroups, &mut log);
    let guard = Guard::new(Arc::new(permissions), &doc);
    let text = acl::render(&doc, &guard, user, style);
    session.out.blob("output", &text);
    Ok(())
}
