//! Requests, and their form as XML between programs.
//!
//! Source: behaviour notes 06 §2.1.

use pcmk_core::lenient::{is_true, scan_ll};

use super::error::OpError;
use crate::xml::{Document, Element};

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Reads.
    Query,
    /// Adds objects to a section.
    Create,
    /// Merges an input into what is there.
    Modify,
    /// Puts an input in the place of what is there.
    Replace,
    /// Takes objects out.
    Delete,
    /// Applies a patchset.
    ApplyPatch,
    /// Raises the epoch.
    Bump,
    /// Removes all of the configuration and status.
    Erase,
    /// Upgrades to a newer schema.
    Upgrade,
    /// Carries out a list of requests, or none of them.
    CommitTransaction,
}

/// Every operation with its name in requests.
const OPERATIONS: [(Operation, &str); 10] = [
    (Operation::Query, "cib_query"),
    (Operation::Create, "cib_create"),
    (Operation::Modify, "cib_modify"),
    (Operation::Replace, "cib_replace"),
    (Operation::Delete, "cib_delete"),
    (Operation::ApplyPatch, "cib_apply_diff"),
    (Operation::Bump, "cib_bump"),
    (Operation::Erase, "cib_erase"),
    (Operation::Upgrade, "cib_upgrade"),
    (Operation::CommitTransaction, "cib_commit_transact"),
];

impl Operation {
    /// The name in requests.
    pub fn name(self) -> &'static str {
        OPERATIONS
            .iter()
            .find(|entry| entry.0 == self)
            .map_or("", |entry| entry.1)
    }

    /// The operation of this name. Those that only a daemon can do are not among them.
    pub fn named(name: &str) -> Result<Operation, OpError> {
        OPERATIONS
            .iter()
            .find(|entry| entry.1 == name)
            .map(|entry| entry.0)
            .ok_or_else(|| OpError::Unsupported {
                operation: name.to_owned(),
            })
    }

    /// Whether it changes the CIB. Those that do also need a privileged connection.
    pub fn modifies(self) -> bool {
        match self {
            Operation::Query => false,
            Operation::Create
            | Operation::Modify
            | Operation::Replace
            | Operation::Delete
            | Operation::ApplyPatch
            | Operation::Bump
            | Operation::Erase
            | Operation::Upgrade
            | Operation::CommitTransaction => true,
        }
    }

    /// Whether it may be part of a transaction.
    pub fn allowed_in_transaction(self) -> bool {
        match self {
            Operation::Query | Operation::CommitTransaction => false,
            Operation::Create
            | Operation::Modify
            | Operation::Replace
            | Operation::Delete
            | Operation::ApplyPatch
            | Operation::Bump
            | Operation::Erase
            | Operation::Upgrade => true,
        }
    }

    /// Whether a manager writes to disk after it even if the configuration did not change.
    pub fn writes_through(self) -> bool {
        match self {
            Operation::Replace | Operation::Upgrade | Operation::CommitTransaction => true,
            Operation::Query
            | Operation::Create
            | Operation::Modify
            | Operation::Delete
            | Operation::ApplyPatch
            | Operation::Bump
            | Operation::Erase => false,
        }
    }
}

/// How to do it: a set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options(u32);

impl Options {
    /// Nothing special.
    pub const NONE: Options = Options(0);
    /// Tell of problems of an upgrade.
    pub const VERBOSE: Options = Options(1 << 0);
    /// The address is an XPath.
    pub const XPATH: Options = Options(1 << 1);
    /// Act on all that the XPath matches, not on the first only.
    pub const MULTIPLE: Options = Options(1 << 2);
    /// A modification may create what is not there.
    pub const CAN_CREATE: Options = Options(1 << 3);
    /// The client waits for no reply.
    pub const DISCARD_REPLY: Options = Options(1 << 4);
    /// Answers have elements without their children.
    pub const NO_CHILDREN: Options = Options(1 << 5);
    /// Answers have paths instead of elements.
    pub const XPATH_ADDRESS: Options = Options(1 << 6);
    /// Ignored.
    pub const SCOPE_LOCAL: Options = Options(1 << 8);
    /// Keep nothing of the result.
    pub const DRY_RUN: Options = Options(1 << 9);
    /// Put into the open transaction.
    pub const TRANSACTION: Options = Options(1 << 10);
    /// Values `name++` and `name+=n` add to what is there.
    pub const SCORE_UPDATE: Options = Options(1 << 11);
    /// The client waits for the reply.
    pub const SYNC_CALL: Options = Options(1 << 12);
    /// Do not note who wrote the CIB and when.
    pub const NO_MTIME: Options = Options(1 << 13);
    /// Tell nobody.
    pub const INHIBIT_NOTIFY: Options = Options(1 << 16);

    /// From the number in a request.
    pub fn from_bits(bits: u32) -> Options {
        Options(bits)
    }

    /// The number in a request.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Whether all of `other` are set.
    pub fn contains(self, other: Options) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both together.
    #[must_use]
    pub fn with(self, other: Options) -> Options {
        Options(self.0 | other.0)
    }

    /// These without `other`.
    #[must_use]
    pub fn without(self, other: Options) -> Options {
        Options(self.0 & !other.0)
    }
}

/// What the operation is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Address {
    /// The whole CIB; no section was named.
    #[default]
    None,
    /// A section, by name; it need not exist.
    Section(String),
    /// What an XPath matches.
    XPath(String),
}

impl Address {
    /// The section's name, an XPath taken for one as some operations do.
    pub(super) fn as_section(&self) -> Option<&str> {
        match self {
            Address::None => None,
            Address::Section(name) | Address::XPath(name) => Some(name),
        }
    }
}

/// Who sent the request, as noted in the CIB.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The node.
    pub node: Option<String>,
    /// The client's name.
    pub client: Option<String>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// What to do.
    pub operation: Operation,
    /// To what.
    pub address: Address,
    /// How. [`Options::XPATH`] is set by the address alone.
    pub options: Options,
    /// The input; its root element counts.
    pub input: Option<Document>,
    /// On whose behalf. None: the cluster itself.
    pub user: Option<String>,
    /// Who sent it.
    pub origin: Origin,
    /// Newest schema that an upgrade may go to.
    pub schema_maximum: Option<String>,
    /// Digest of the input of a replacement.
    pub digest: Option<String>,
    /// The input is another node's CIB, to be taken with its version as it is.
    pub is_sync: bool,
}

impl Request {
    /// A request without address, input and options.
    pub fn new(operation: Operation) -> Request {
        Request {
            operation,
            address: Address::None,
            options: Options::NONE,
            input: None,
            user: None,
            origin: Origin::default(),
            schema_maximum: None,
            digest: None,
            is_sync: false,
        }
    }

    /// The same for a section.
    #[must_use]
    pub fn section(mut self, name: &str) -> Request {
        self.address = Address::Section(name.to_owned());
        self
    }

    /// The same for what an XPath matches.
    #[must_use]
    pub fn xpath(mut self, xpath: &str) -> Request {
        self.address = Address::XPath(xpath.to_owned());
        self
    }

    /// The same with an input.
    #[must_use]
    pub fn input(mut self, input: Document) -> Request {
        self.input = Some(input);
        self
    }

    /// The same with more options.
    #[must_use]
    pub fn options(mut self, options: Options) -> Request {
        self.options = self.options.with(options);
        self
    }

    /// The same on behalf of a user.
    #[must_use]
    pub fn user(mut self, user: &str) -> Request {
        self.user = Some(user.to_owned());
        self
    }

    pub(super) fn has(&self, options: Options) -> bool {
        self.options.contains(options)
    }

    /// Whether the result need not be valid: the request is about the `status` section.
    pub(super) fn is_status_only(&self) -> bool {
        match &self.address {
            Address::Section(name) => name.eq_ignore_ascii_case("status"),
            Address::None | Address::XPath(_) => false,
        }
    }

    /// Reads a request element (`cib_command`).
    pub fn from_command(command: Element<'_>) -> Result<Request, OpError> {
        let operation = Operation::named(command.attr("cib_op").unwrap_or(""))?;
        let bits = command
            .attr("cib_callopt")
            .and_then(|text| scan_ll(text).ok())
            .and_then(|bits| u32::try_from(bits).ok())
            .unwrap_or(0);
        let options = Options::from_bits(bits);
        let address = match command.attr("cib_section") {
            None => Address::None,
            Some(text) if options.contains(Options::XPATH) => Address::XPath(text.to_owned()),
            Some(text) => Address::Section(text.to_owned()),
        };
        let owned = |name| command.attr(name).map(str::to_owned);
        Ok(Request {
            operation,
            address,
            options,
            input: command
                .child("cib_calldata")
                .and_then(|data| data.children().next())
                .map(Document::of_element),
            user: owned("cib_user"),
            origin: Origin {
                node: owned("src"),
                client: owned("cib_clientname"),
            },
            schema_maximum: owned("cib_schema_max"),
            digest: owned("digest"),
            is_sync: is_true(command.attr("cib_update")),
        })
    }

    /// The request element.
    pub fn to_command(&self) -> Document {
        let mut doc = Document::new("cib_command");
        let root = doc.root();
        doc.set_attr(root, "t", "cib");
        doc.set_attr(root, "cib_op", self.operation.name());
        let section = match &self.address {
            Address::None => None,
            Address::Section(text) | Address::XPath(text) => Some(text.as_str()),
        };
        let options = match &self.address {
            Address::XPath(_) => self.options.with(Options::XPATH),
            Address::None | Address::Section(_) => self.options.without(Options::XPATH),
        };
        let bits = options.bits().to_string();
        let attributes = [
            ("cib_section", section),
            ("cib_user", self.user.as_deref()),
            ("src", self.origin.node.as_deref()),
            ("cib_clientname", self.origin.client.as_deref()),
            ("cib_callopt", Some(bits.as_str())),
            ("cib_schema_max", self.schema_maximum.as_deref()),
            ("digest", self.digest.as_deref()),
            ("cib_update", self.is_sync.then_some("true")),
        ];
        for (name, value) in attributes {
            if let Some(value) = value {
                doc.set_attr(root, name, value);
            }
        }
        if let Some(input) = &self.input {
            let data = doc.append(root, "cib_calldata");
            doc.append_copy(data, input.root_element());
        }
        doc
    }
}
