//! Why something may be left to do after a transition was carried out: the known cases.

use std::fmt;

use crate::aftermath::Unrecorded;

/// Why an action is wanted although the transition before was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The simulation carries out no shutdown (05 §8.2).
    Shutdown,
    /// The simulation clears no fail counts (05 §8.2).
    ClearedFailures,
    /// The simulation deletes no history (05 §8.2).
    DeletedHistory,
    /// The simulation ends no recurring action (05 §8.2): its entry stays, and the cancel gets one of its own, which
    /// looks like one more recurring action that nobody configured (04 §5.3).
    Cancelled,
    /// The simulation does not note that a node was unfenced (05 §8.2).
    Unfenced,
    /// The simulation leaves a fenced guest's state alone (05 §8.2), where everything is active as before.
    GuestFenced,
    /// The action would not be wanted if what the simulation leaves undone had been done.
    WouldBeRecorded,
    /// The run before could not know what was recorded in place of the simulation: a node is down or unfenced now, a
    /// ban is gone. Such an action is excused once; it is not this one that was left undone.
    NewlyRecorded,
    /// The action is on a remote node that was not connected, or not clean, before: nothing could be probed, and no
    /// history compared with the configuration (04 §5.2, §8.1).
    NodeCameUp,
    /// The connection of a remote node was stopped although something was started or found there (04 §13.3).
    ConnectionStopped,
    /// The resource was placed anew. Where others run now, with their stickiness and what depends on them, is known only
    /// after they were started, so that placement need not come to rest at once, or at all (03 §4, §7).
    PlacedAnew,
    /// Instances of a clone changed places: the order in which instances are placed depends on their scores where they
    /// run (03 §10), and a score against its own place makes an instance give it to another one.
    InstancesExchanged,
    /// A failure stays in the history after its recovery, until somebody clears it; each run looks at it (02 §9.9).
    KeptFailure,
    /// Notifications of an operation that no instance carries out, because it is blocked (04 §11.2).
    NotifiedInVain,
    /// What comes after a collective resource is restarted by the start of a part that is required but blocked, and
    /// stays required (04 §21.3, §22.2).
    BlockedPart,
    /// An instance beyond `clone-max`, or one known from the history only, gets monitors for its role Stopped, whose
    /// history is deleted by the next run because the resource was removed (04 §5.2, §7.3).
    RemovedInstance,
    /// A group in a unique clone has a member that cannot be unique. That makes the clone anonymous, but earlier members
    /// of later instances stay unique (01 §7.7), and the history of an instance is found or not, depending on its number.
    HalfUnique,
    /// A migration stays in the history of an instance of an anonymous clone. Whether it is over is looked up by the id
    /// with the number of the instance (02 §9.5), under which there is no history.
    KeptMigration,
    /// The history of a remote node is not read because its connection is in another role than Started (02 §6.4).
    HistoryUnread,
    /// A resource was recovered. Until then it could not be promoted (02 §9.12), nor its history cleaned up (04 §14.4).
    Recovered,
    /// A resource was active on several nodes, of which only some were dealt with: the two ends of a migration are
    /// (04 §6.5).
    SeveralCopies,
    /// It was blocked, because what it has to wait for could not be done: nothing can be stopped or demoted that does
    /// not run, and an asymmetrical ordering insists (04 §21.5). The transition started just that.
    Unblocked,
    /// An ordering no longer counts: the resource that came first was known from a history only, and that is gone.
    CauseGone,
    /// A monitor has to be started again because the resource was started or promoted (again) after it (02 §7.6).
    MonitorOutdated,
    /// What is done is recorded under a name that a removed resource has, too (02 §7.1).
    RemovedNamesake,
    /// Without quorum the policy `demote` lets promoted and unpromoted resources run, but not those that are merely
    /// started, which they are after their recovery (04 §3.3).
    StartedWithoutQuorum,
    /// It is done because of another action that has a reason: it comes after it, is an action of the same resource,
    /// or names the other resource as its cause.
    Follows,
}

impl Reason {
    /// The reason as a clause.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Reason::Shutdown => "the node still wants to shut down",
            Reason::ClearedFailures => "the failures are still counted",
            Reason::DeletedHistory => "the history is still there",
            Reason::Cancelled => "the recurring action is still in the history",
            Reason::Unfenced => "the node is still not unfenced",
            Reason::GuestFenced => "the guest still looks unclean",
            Reason::WouldBeRecorded => "it waits for what the simulation leaves undone",
            Reason::NewlyRecorded => "what was recorded meanwhile was not known before",
            Reason::NodeCameUp => "the node has just come up",
            Reason::ConnectionStopped => "the connection was stopped while the node was in use",
            Reason::PlacedAnew => "the resource was placed anew",
            Reason::InstancesExchanged => "instances of the clone changed places",
            Reason::KeptFailure => "a failure is still in the history",
            Reason::NotifiedInVain => "notifications are sent although the operation is blocked",
            Reason::BlockedPart => "a part of what comes before is required but blocked",
            Reason::RemovedInstance => "the instance is one too many",
            Reason::HalfUnique => "only some instances of the clone are unique",
            Reason::KeptMigration => "a migration is still in the history",
            Reason::HistoryUnread => "the history of the node is not read",
            Reason::Recovered => "the resource had to be recovered first",
            Reason::SeveralCopies => "the resource was active on several nodes",
            Reason::Unblocked => "what it had to wait for was not possible before",
            Reason::CauseGone => "what it had to wait for is no longer known",
            Reason::MonitorOutdated => "the monitor is older than what was done",
            Reason::RemovedNamesake => "a removed resource has the same name",
            Reason::StartedWithoutQuorum => "it may not run without quorum any more",
            Reason::Follows => "another action that is left requires it",
        }
    }

    /// Whether the run before had no way to know: something was not recorded, or recorded only then, or could not be
    /// looked at. Everything else are oddities of the scheduler, which have to be rare.
    #[must_use]
    pub const fn is_news(self) -> bool {
        matches!(
            self,
            Reason::Shutdown
                | Reason::ClearedFailures
                | Reason::DeletedHistory
                | Reason::Cancelled
                | Reason::Unfenced
                | Reason::GuestFenced
                | Reason::WouldBeRecorded
                | Reason::NewlyRecorded
                | Reason::NodeCameUp
        )
    }

    pub(super) const fn of_unrecorded(kind: Unrecorded) -> Reason {
        match kind {
            Unrecorded::Shutdown => Reason::Shutdown,
            Unrecorded::ClearedFailures => Reason::ClearedFailures,
            Unrecorded::DeletedHistory => Reason::DeletedHistory,
            Unrecorded::Cancelled => Reason::Cancelled,
            Unrecorded::Unfenced => Reason::Unfenced,
            Unrecorded::GuestFenced => Reason::GuestFenced,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
