//! Return codes of library functions: what went wrong, apart from how a tool ends because of it.
//!
//! 0 is success, positive values are the system's error numbers, negative ones have a table.
//! Source: behaviour notes 07 §1.5.

use std::fmt;

use super::errno;
use super::exit::ExitCode;

/// Number, name, text and resulting exit code of the return codes that are no system errors.
#[rustfmt::skip]
pub const RETURN_CODES: [(i32, &str, &str, ExitCode); 44] = [
    (0, "pcmk_rc_ok", "OK", ExitCode::OK),
    (-1001, "pcmk_rc_error", "Error", ExitCode::ERROR),
    (-1002, "pcmk_rc_unknown_format", "Unknown output format", ExitCode::NOSUCH),
    (-1003, "pcmk_rc_bad_nvpair", "Bad name/value pair given", ExitCode::INVALID_PARAM),
    (-1004, "pcmk_rc_already", "Already in requested state", ExitCode::EXISTS),
    (-1005, "pcmk_rc_node_unknown", "Node not found", ExitCode::NOHOST),
    (-1006, "pcmk_rc_multiple", "Resource active on multiple nodes", ExitCode::MULTIPLE),
    (-1007, "pcmk_rc_cib_corrupt", "Could not parse on-disk configuration", ExitCode::CONFIG),
    (-1008, "pcmk_rc_cib_save", "Could not save new configuration to disk", ExitCode::ERROR),
    (-1009, "pcmk_rc_cib_backup", "Could not archive previous configuration", ExitCode::ERROR),
    (-1010, "pcmk_rc_cib_modified", "On-disk configuration was manually modified", ExitCode::ERROR),
    (-1011, "pcmk_rc_diff_resync", "Application of update diff failed, requesting full refresh", ExitCode::ERROR),
    (-1012, "pcmk_rc_diff_failed", "Application of update diff failed", ExitCode::ERROR),
    (-1013, "pcmk_rc_old_data", "Update was older than existing configuration", ExitCode::OLD),
    (-1014, "pcmk_rc_transform_failed", "Schema transform failed", ExitCode::CONFIG),
    (-1015, "pcmk_rc_schema_unchanged", "Schema is already the latest available", ExitCode::ERROR),
    (-1016, "pcmk_rc_schema_validation", "Update does not conform to the configured schema", ExitCode::CONFIG),
    (-1017, "pcmk_rc_no_quorum", "Operation requires quorum", ExitCode::QUORUM),
    (-1018, "pcmk_rc_ipc_unauthorized", "IPC server is blocked by unauthorized process", ExitCode::ERROR),
    (-1019, "pcmk_rc_ipc_unresponsive", "IPC server is unresponsive", ExitCode::ERROR),
    (-1020, "pcmk_rc_ipc_pid_only", "IPC server process is active but not accepting connections", ExitCode::ERROR),
    (-1021, "pcmk_rc_op_unsatisfied", "Not applicable under current conditions", ExitCode::UNSATISFIED),
    (-1022, "pcmk_rc_undetermined", "Result undetermined", ExitCode::INDETERMINATE),
    (-1023, "pcmk_rc_before_range", "Result occurs before given range", ExitCode::NOT_YET_IN_EFFECT),
    (-1024, "pcmk_rc_within_range", "Result occurs within given range", ExitCode::OK),
    (-1025, "pcmk_rc_after_range", "Result occurs after given range", ExitCode::EXPIRED),
    (-1026, "pcmk_rc_no_output", "Output message produced no output", ExitCode::OK),
    (-1027, "pcmk_rc_no_input", "Input file not available", ExitCode::NOINPUT),
    (-1028, "pcmk_rc_underflow", "Value too small to be stored in data type", ExitCode::SOFTWARE),
    (-1029, "pcmk_rc_dot_error", "Error writing dot(1) file", ExitCode::IOERR),
    (-1030, "pcmk_rc_graph_error", "Error writing graph file", ExitCode::IOERR),
    (-1031, "pcmk_rc_invalid_transition", "Cluster simulation produced invalid transition", ExitCode::ERROR),
    (-1032, "pcmk_rc_unpack_error", "Unable to parse CIB XML", ExitCode::CONFIG),
    (-1033, "pcmk_rc_duplicate_id", "Two or more XML elements have the same ID", ExitCode::MULTIPLE),
    (-1034, "pcmk_rc_disabled", "Disabled", ExitCode::ERROR),
    (-1035, "pcmk_rc_bad_input", "Bad input value provided", ExitCode::DATAERR),
    (-1036, "pcmk_rc_bad_xml_patch", "Bad XML patch format", ExitCode::DATAERR),
    (-1037, "pcmk_rc_no_transaction", "No active transaction found", ExitCode::NOSUCH),
    (-1038, "pcmk_rc_ns_resolution", "Nameserver resolution error", ExitCode::NOHOST),
    (-1039, "pcmk_rc_compression", "Compression/decompression error", ExitCode::SOFTWARE),
    (-1040, "pcmk_rc_no_dc", "DC is not yet elected", ExitCode::NO_DC),
    (-1041, "pcmk_rc_ipc_more", "More IPC message fragments to send", ExitCode::ERROR),
    (-1042, "pcmk_rc_cs_internal", "Internal corosync error", ExitCode::SOFTWARE),
    (-1043, "pcmk_rc_digest_mismatch", "Digest does not match expected value", ExitCode::DIGEST),
];

/// Number, name and text of the old codes that `crm_error` still explains.
#[rustfmt::skip]
pub const LEGACY_CODES: [(i32, &str, &str); 17] = [
    (201, "pcmk_err_generic", "Error"),
    (202, "pcmk_err_no_quorum", "Operation requires quorum"),
    (203, "pcmk_err_schema_validation", "Update does not conform to the configured schema"),
    (204, "pcmk_err_transform_failed", "Schema transform failed"),
    (205, "pcmk_err_old_data", "Update was older than existing configuration"),
    (206, "pcmk_err_diff_failed", "Application of update diff failed"),
    (207, "pcmk_err_diff_resync", "Application of update diff failed, requesting full refresh"),
    (208, "pcmk_err_cib_modified", "On-disk configuration was manually modified"),
    (209, "pcmk_err_cib_backup", "Could not archive previous configuration"),
    (210, "pcmk_err_cib_save", "Could not save new configuration to disk"),
    (211, "pcmk_err_schema_unchanged", "Schema is already the latest available"),
    (212, "pcmk_err_cib_corrupt", "Could not parse on-disk configuration"),
    (213, "pcmk_err_multiple", "Resource active on multiple nodes"),
    (214, "pcmk_err_node_unknown", "Node not found"),
    (215, "pcmk_err_already", "Already in requested state"),
    (216, "pcmk_err_bad_nvpair", "Bad name/value pair given"),
    (217, "pcmk_err_unknown_format", "Unknown output format"),
];

/// A return code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rc(pub i32);

impl Rc {
    /// OK.
    pub const OK: Rc = Rc(0);
    /// Error.
    pub const ERROR: Rc = Rc(-1001);
    /// Unknown output format.
    pub const UNKNOWN_FORMAT: Rc = Rc(-1002);
    /// Bad name/value pair given.
    pub const BAD_NVPAIR: Rc = Rc(-1003);
    /// Already in requested state.
    pub const ALREADY: Rc = Rc(-1004);
    /// Node not found.
    pub const NODE_UNKNOWN: Rc = Rc(-1005);
    /// Resource active on multiple nodes.
    pub const MULTIPLE: Rc = Rc(-1006);
    /// Could not parse on-disk configuration.
    pub const CIB_CORRUPT: Rc = Rc(-1007);
    /// Could not save new configuration to disk.
    pub const CIB_SAVE: Rc = Rc(-1008);
    /// Could not archive previous configuration.
    pub const CIB_BACKUP: Rc = Rc(-1009);
    /// On-disk configuration was manually modified.
    pub const CIB_MODIFIED: Rc = Rc(-1010);
    /// Application of update diff failed, requesting full refresh.
    pub const DIFF_RESYNC: Rc = Rc(-1011);
    /// Application of update diff failed.
    pub const DIFF_FAILED: Rc = Rc(-1012);
    /// Update was older than existing configuration.
    pub const OLD_DATA: Rc = Rc(-1013);
    /// Schema transform failed.
    pub const TRANSFORM_FAILED: Rc = Rc(-1014);
    /// Schema is already the latest available.
    pub const SCHEMA_UNCHANGED: Rc = Rc(-1015);
    /// Update does not conform to the configured schema.
    pub const SCHEMA_VALIDATION: Rc = Rc(-1016);
    /// Operation requires quorum.
    pub const NO_QUORUM: Rc = Rc(-1017);
    /// IPC server is blocked by unauthorized process.
    pub const IPC_UNAUTHORIZED: Rc = Rc(-1018);
    /// IPC server is unresponsive.
    pub const IPC_UNRESPONSIVE: Rc = Rc(-1019);
    /// IPC server process is active but not accepting connections.
    pub const IPC_PID_ONLY: Rc = Rc(-1020);
    /// Not applicable under current conditions.
    pub const OP_UNSATISFIED: Rc = Rc(-1021);
    /// Result undetermined.
    pub const UNDETERMINED: Rc = Rc(-1022);
    /// Result occurs before given range.
    pub const BEFORE_RANGE: Rc = Rc(-1023);
    /// Result occurs within given range.
    pub const WITHIN_RANGE: Rc = Rc(-1024);
    /// Result occurs after given range.
    pub const AFTER_RANGE: Rc = Rc(-1025);
    /// Output message produced no output.
    pub const NO_OUTPUT: Rc = Rc(-1026);
    /// Input file not available.
    pub const NO_INPUT: Rc = Rc(-1027);
    /// Value too small to be stored in data type.
    pub const UNDERFLOW: Rc = Rc(-1028);
    /// Error writing dot(1) file.
    pub const DOT_ERROR: Rc = Rc(-1029);
    /// Error writing graph file.
    pub const GRAPH_ERROR: Rc = Rc(-1030);
    /// Cluster simulation produced invalid transition.
    pub const INVALID_TRANSITION: Rc = Rc(-1031);
    /// Unable to parse CIB XML.
    pub const UNPACK_ERROR: Rc = Rc(-1032);
    /// Two or more XML elements have the same ID.
    pub const DUPLICATE_ID: Rc = Rc(-1033);
    /// Disabled.
    pub const DISABLED: Rc = Rc(-1034);
    /// Bad input value provided.
    pub const BAD_INPUT: Rc = Rc(-1035);
    /// Bad XML patch format.
    pub const BAD_XML_PATCH: Rc = Rc(-1036);
    /// No active transaction found.
    pub const NO_TRANSACTION: Rc = Rc(-1037);
    /// Nameserver resolution error.
    pub const NS_RESOLUTION: Rc = Rc(-1038);
    /// Compression/decompression error.
    pub const COMPRESSION: Rc = Rc(-1039);
    /// DC is not yet elected.
    pub const NO_DC: Rc = Rc(-1040);
    /// More IPC message fragments to send.
    pub const IPC_MORE: Rc = Rc(-1041);
    /// Internal corosync error.
    pub const CS_INTERNAL: Rc = Rc(-1042);
    /// Digest does not match expected value.
    pub const DIGEST_MISMATCH: Rc = Rc(-1043);

    /// Operation not permitted.
    pub const EPERM: Rc = Rc(1);
    /// No such file or directory.
    pub const ENOENT: Rc = Rc(2);
    /// No such process.
    pub const ESRCH: Rc = Rc(3);
    /// Interrupted system call.
    pub const EINTR: Rc = Rc(4);
    /// Input/output error.
    pub const EIO: Rc = Rc(5);
    /// No such device or address.
    pub const ENXIO: Rc = Rc(6);
    /// Argument list too long.
    pub const E2BIG: Rc = Rc(7);
    /// Bad file descriptor.
    pub const EBADF: Rc = Rc(9);
    /// Resource temporarily unavailable.
    pub const EAGAIN: Rc = Rc(11);
    /// Cannot allocate memory.
    pub const ENOMEM: Rc = Rc(12);
    /// Permission denied.
    pub const EACCES: Rc = Rc(13);
    /// Bad address.
    pub const EFAULT: Rc = Rc(14);
    /// Device or resource busy.
    pub const EBUSY: Rc = Rc(16);
    /// File exists.
    pub const EEXIST: Rc = Rc(17);
    /// No such device.
    pub const ENODEV: Rc = Rc(19);
    /// Not a directory.
    pub const ENOTDIR: Rc = Rc(20);
    /// Is a directory.
    pub const EISDIR: Rc = Rc(21);
    /// Invalid argument.
    pub const EINVAL: Rc = Rc(22);
    /// No space left on device.
    pub const ENOSPC: Rc = Rc(28);
    /// Read-only file system.
    pub const EROFS: Rc = Rc(30);
    /// Broken pipe.
    pub const EPIPE: Rc = Rc(32);
    /// Numerical argument out of domain.
    pub const EDOM: Rc = Rc(33);
    /// Numerical result out of range.
    pub const ERANGE: Rc = Rc(34);
    /// Function not implemented.
    pub const ENOSYS: Rc = Rc(38);
    /// Directory not empty.
    pub const ENOTEMPTY: Rc = Rc(39);
    /// No message of desired type.
    pub const ENOMSG: Rc = Rc(42);
    /// No data available.
    pub const ENODATA: Rc = Rc(61);
    /// Timer expired.
    pub const ETIME: Rc = Rc(62);
    /// Link has been severed.
    pub const ENOLINK: Rc = Rc(67);
    /// Communication error on send.
    pub const ECOMM: Rc = Rc(70);
    /// Protocol error.
    pub const EPROTO: Rc = Rc(71);
    /// Bad message.
    pub const EBADMSG: Rc = Rc(74);
    /// Value too large for defined data type.
    pub const EOVERFLOW: Rc = Rc(75);
    /// Name not unique on network.
    pub const ENOTUNIQ: Rc = Rc(76);
    /// Invalid or incomplete multibyte or wide character.
    pub const EILSEQ: Rc = Rc(84);
    /// Message too long.
    pub const EMSGSIZE: Rc = Rc(90);
    /// Protocol wrong type for socket.
    pub const EPROTOTYPE: Rc = Rc(91);
    /// Protocol not available.
    pub const ENOPROTOOPT: Rc = Rc(92);
    /// Protocol not supported.
    pub const EPROTONOSUPPORT: Rc = Rc(93);
    /// Operation not supported.
    pub const EOPNOTSUPP: Rc = Rc(95);
    /// Software caused connection abort.
    pub const ECONNABORTED: Rc = Rc(103);
    /// Connection reset by peer.
    pub const ECONNRESET: Rc = Rc(104);
    /// Transport endpoint is not connected.
    pub const ENOTCONN: Rc = Rc(107);
    /// Connection timed out.
    pub const ETIMEDOUT: Rc = Rc(110);
    /// Connection refused.
    pub const ECONNREFUSED: Rc = Rc(111);
    /// Operation already in progress.
    pub const EALREADY: Rc = Rc(114);
    /// Operation now in progress.
    pub const EINPROGRESS: Rc = Rc(115);
    /// Stale file handle.
    pub const ESTALE: Rc = Rc(116);
    /// Operation canceled.
    pub const ECANCELED: Rc = Rc(125);
    /// Key was rejected by service.
    pub const EKEYREJECTED: Rc = Rc(129);

    /// The name: `pcmk_rc_...`, the system's (`ENOENT`), or `Unknown`.
    #[must_use]
    pub fn name(self) -> &'static str {
        if self.0 > 0 {
            return errno::name(self.0).unwrap_or("Unknown");
        }
        self.entry().map_or("Unknown", |&(_, name, _, _)| name)
    }

    /// The text; negative numbers without an entry are a plain `Error`.
    #[must_use]
    pub fn text(self) -> String {
        if self.0 > 0 {
            return errno::text(self.0);
        }
        self.entry()
            .map_or("Error", |&(_, _, text, _)| text)
            .to_owned()
    }

    /// How a tool ends because of it.
    #[must_use]
    pub fn exit_code(self) -> ExitCode {
        match self {
            Rc::EACCES => ExitCode::INSUFFICIENT_PRIV,
            Rc::EBADF | Rc::EINVAL | Rc::EFAULT | Rc::ENOSYS | Rc::EOVERFLOW => ExitCode::SOFTWARE,
            Rc::EBADMSG
            | Rc::EMSGSIZE
            | Rc::ENOMSG
            | Rc::ENOPROTOOPT
            | Rc::EPROTO
            | Rc::EPROTONOSUPPORT
            | Rc::EPROTOTYPE => ExitCode::PROTOCOL,
            Rc::ECOMM | Rc::ENOMEM => ExitCode::OSERR,
            Rc::ECONNABORTED | Rc::ECONNREFUSED | Rc::ECONNRESET | Rc::ENOTCONN => {
                ExitCode::DISCONNECT
            }
            Rc::EEXIST => ExitCode::EXISTS,
            Rc::EIO => ExitCode::IOERR,
            Rc::EOPNOTSUPP => ExitCode::UNIMPLEMENT_FEATURE,
            Rc::ENOTUNIQ => ExitCode::MULTIPLE,
            Rc::ENODEV | Rc::ENOENT | Rc::ENXIO => ExitCode::NOSUCH,
            Rc::ETIME | Rc::ETIMEDOUT => ExitCode::TIMEOUT,
            Rc::EAGAIN | Rc::EBUSY => ExitCode::UNSATISFIED,
            other => other
                .entry()
                .map_or(ExitCode::ERROR, |&(_, _, _, exit)| exit),
        }
    }

    fn entry(self) -> Option<&'static (i32, &'static str, &'static str, ExitCode)> {
        RETURN_CODES.iter().find(|entry| entry.0 == self.0)
    }
}

impl fmt::Display for Rc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// Name of an old code; its sign does not matter.
#[must_use]
pub fn legacy_name(code: i32) -> &'static str {
    let code = code.saturating_abs();
    match LEGACY_CODES.iter().find(|entry| entry.0 == code) {
        Some(&(_, name, _)) => name,
        None if code == 0 => "pcmk_ok",
        None => errno::name(code).unwrap_or("Unknown"),
    }
}

/// Text of an old code; its sign does not matter.
#[must_use]
pub fn legacy_text(code: i32) -> String {
    let code = code.saturating_abs();
    match LEGACY_CODES.iter().find(|entry| entry.0 == code) {
        Some(&(_, _, text)) => text.to_owned(),
        None if code == 0 => "OK".to_owned(),
        None => errno::text(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_texts_and_exits() {
        assert_eq!(Rc::OK.text(), "OK");
        assert_eq!(Rc(-1045).text(), "Error");
        assert_eq!(Rc(-1045).name(), "Unknown");
        assert_eq!(Rc::ENXIO.text(), "No such device or address");
        assert_eq!(Rc::ENXIO.exit_code(), ExitCode::NOSUCH);
        assert_eq!(Rc::EPERM.exit_code(), ExitCode::ERROR);
        assert_eq!(Rc::DIGEST_MISMATCH.exit_code(), ExitCode::DIGEST);
        assert_eq!(
            legacy_text(-205),
            "Update was older than existing configuration"
        );
        assert_eq!(legacy_name(201), "pcmk_err_generic");
        assert_eq!(legacy_text(i32::MIN), format!("Unknown error {}", i32::MAX));
    }
}
