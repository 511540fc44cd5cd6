//! Stops a resource and starts it again. Source: behaviour notes 07 section 3.9.
//!
//! The resource is stopped by a ban or by its target role; what has to stop with it is worked out with a simulation.
//! Whatever happens then, what stopped it is taken back.

use pcmk_core::rc::{ExitCode, Rc};
use pcmk_core::time::DateTime;
use pcmk_pengine::{NodeId, Observed, RscId};

use super::options::Request;
use super::scene::{Scene, current};
use super::wait::PAUSE;
use crate::front::{Failure, Session};
use crate::ops::resource::attribute::{self, Change, Kind, Report};
use crate::ops::resource::constraint::{self, New, Removal, Wish};
use crate::ops::resource::forecast::{active, active_afterwards, stop_timeout_s};
use crate::ops::resource::{self, cib_id};
use crate::view::resource::attribute as view;

/// How a resource was stopped.
enum Stopped {
    /// Banned from the node.
    Banned(String),
    /// By its target role, which was this.
    Role(Option<String>),
}

/// A restart under way.
struct Restart<'r> {
    request: &'r Request,
    rsc: RscId,
    /// The resource's id in the CIB.
    id: String,
    node: Option<NodeId>,
    /// Resources that were active at first.
    before: Vec<String>,
}

/// Restarts.
pub fn run(
    request: &Request,
    session: &mut Session<'_, '_>,
    scene: &mut Scene,
) -> Result<(), Failure> {
    let rsc = which(scene)?;
    let seen = &scene.seen;
    let node = scene.node;
    let id = cib_id(seen, rsc).to_owned();
    if !runs(seen, rsc, node) {
        session.out.err(&match node {
            Some(node) => format!(
                "{id} is not running on {} and so cannot be restarted",
                seen.config.node_name(node)
            ),
            None => format!("{id} is not running anywhere and so cannot be restarted"),
        });
        return Err(Failure::silent(Rc::ENXIO.exit_code()));
    }
    if !seen.board.rsc(rsc).managed {
        session.out.err("Unmanaged resources cannot be restarted.");
        return Err(Failure::silent(Rc::EAGAIN.exit_code()));
    }
    let restart = Restart {
        request,
        rsc,
        id,
        node,
        before: active(seen, node),
    };
    let stopped = restart.stop(session, scene)?;
    let shutdown = restart.wait_for_stop(session, scene);
    if shutdown.is_err() {
        // What stopped it is taken back in any case; the first error is the one to tell.
        let _ = restart.undo(session, scene, stopped);
        return shutdown;
    }
    restart.undo(session, scene, stopped)?;
    restart.wait_for_start(session, scene)
}

/// The resource that is to be restarted in place of the one that was named.
fn which(scene: &Scene) -> Result<RscId, Failure> {
    let rsc = scene.resource()?;
    let config = &scene.seen.config;
    if config.is_bundled(rsc) {
        return Ok(config.root_of(rsc));
    }
    if !runs(&scene.seen, rsc, scene.node)
        && let Some(parent) = config
            .rsc(rsc)
            .parent
            .filter(|&parent| config.rsc(parent).is_clone())
    {
        let siblings = config.rsc(parent).children.iter().copied();
        let name = &config.rsc(rsc).xml_id;
        let mut running = siblings.filter(|&sibling| {
            config.rsc(sibling).xml_id == *name && runs(&scene.seen, sibling, scene.node)
        });
        return Ok(running.next().unwrap_or(rsc));
    }
    Ok(rsc)
}

fn runs(seen: &Observed, rsc: RscId, node: Option<NodeId>) -> bool {
    let places = &seen.state.rsc(rsc).active;
    node.map_or(!places.is_empty(), |node| places.contains(&node))
}

/// What is in the first list and not in the second.
fn missing(first: &[String], second: &[String]) -> Vec<String> {
    first
        .iter()
        .filter(|id| !second.contains(id))
        .cloned()
        .collect()
}

impl Restart<'_> {
    fn role(&self) -> Change<'static> {
        Change {
            kind: Kind::Meta,
            name: "target-role",
            set: None,
            pair: None,
            force: self.request.force,
            recursive: false,
        }
    }

    fn stop(&self, session: &mut Session<'_, '_>, scene: &mut Scene) -> Result<Stopped, Failure> {
        let config = &scene.seen.config;
        let row = config.rsc(self.rsc);
        let several =
            row.is_clone() || row.is_bundle() || resource::is_instance(&scene.seen, self.rsc);
        if let Some(node) = self.node.filter(|_| several) {
            let node = config.node_name(node).to_owned();
            let now = scene.cib.now();
            let until = match &self.request.lifetime {
                Some(lifetime) => Some(
                    constraint::end_of_life(lifetime, now)
                        .ok_or_else(|| Failure::silent(ExitCode::USAGE))?,
                ),
                None => None,
            };
            let new = New {
                wish: Wish::Ban,
                rsc: &self.id,
                node: &node,
                promoted: false,
                until,
            };
            constraint::create(&mut scene.cib, &new).map_err(|rc| self.cannot("set", rc))?;
            return Ok(Stopped::Banned(node));
        }
        let original = attribute::own_value(&scene.cib, &self.id, &self.role());
        // In lower case, as the reference writes it.
        self.set_role(session, scene, "stopped")
            .map_err(|rc| self.cannot("set", rc))?;
        Ok(Stopped::Role(original))
    }

    fn cannot(&self, verb: &str, rc: Rc) -> Failure {
        let id = &self.id;
        let text = format!(
            "Could not {verb} target-role for {id}: {} ({})",
            rc.text(),
            rc.0
        );
        Failure::new(rc.exit_code(), text)
    }

    fn set_role(
        &self,
        session: &mut Session<'_, '_>,
        scene: &mut Scene,
        role: &str,
    ) -> Result<(), Rc> {
        let change = self.role();
        let mut report = Report::default();
        let nothing = Default::default();
        let (cib, seen) = (&mut scene.cib, &scene.seen);
        let result = attribute::set(cib, seen, &nothing, self.rsc, &change, role, &mut report);
        view::notes(&report.notes, &change, "update", session.out);
        if result.is_ok() {
            view::settings(&report.settings, &change, role, session.out);
        }
        result
    }

    fn undo(
        &self,
        session: &mut Session<'_, '_>,
        scene: &mut Scene,
        stopped: Stopped,
    ) -> Result<(), Failure> {
        let result = match stopped {
            Stopped::Banned(node) => {
                let removal = Removal {
                    rsc: &self.id,
                    bans: true,
                    force: self.request.force,
                };
                constraint::remove(&mut scene.cib, &removal, &node)
            }
            Stopped::Role(Some(role)) => self.set_role(session, scene, &role),
            Stopped::Role(None) => {
                let (change, mut notes) = (self.role(), Vec::new());
                let (cib, seen) = (&mut scene.cib, &scene.seen);
                let result = attribute::delete(cib, seen, self.rsc, &change, &mut notes);
                view::notes(&notes, &change, "delete", session.out);
                result
            }
        };
        result.map_err(|rc| self.cannot("unset", rc))
    }

    /// What is active now.
    fn look(&self, session: &mut Session<'_, '_>, scene: &Scene) -> Result<Observed, Failure> {
        let doc = current(&scene.cib, session.out)?;
        Ok(resource::read(doc, scene.cib.now()))
    }

    fn wait_for_stop(&self, session: &mut Session<'_, '_>, scene: &Scene) -> Result<(), Failure> {
        let doc = current(&scene.cib, session.out)?;
        let now: DateTime = scene.cib.now();
        let target = active_afterwards(doc, now, self.node);
        let list = missing(&self.before, &target);
        let text = format!("Waiting for {} resources to stop:", list.len());
        show(session, &text, &list);
        self.wait(session, scene, list, "shutdown", |restart, seen| {
            missing(&active(seen, restart.node), &target)
        })
    }

    fn wait_for_start(&self, session: &mut Session<'_, '_>, scene: &Scene) -> Result<(), Failure> {
        let seen = self.look(session, scene)?;
        let list = missing(&self.before, &active(&seen, self.node));
        let text = format!("Waiting for {} resources to start again:", list.len());
        show(session, &text, &list);
        self.wait(session, scene, list, "restart", |restart, seen| {
            let mut list = missing(&restart.before, &active(seen, restart.node));
            let here = seen.config.find_rsc(restart.id.as_str());
            let back = here.is_none_or(|rsc| runs(seen, rsc, restart.node));
            if list.is_empty() && !back {
                list.push(restart.id.clone());
            }
            list
        })
    }

    /// Waits until a list becomes empty, as long as it becomes shorter.
    fn wait(
        &self,
        session: &mut Session<'_, '_>,
        scene: &Scene,
        mut list: Vec<String>,
        what: &str,
        remaining: impl Fn(&Restart<'_>, &Observed) -> Vec<String>,
    ) -> Result<(), Failure> {
        while !list.is_empty() {
            let before = list.len();
            let mut seen = self.look(session, scene)?;
            let time_s = match self.request.timeout_ms {
                0 => stop_timeout_s(&mut seen, &list) + 5,
                ms => u64::from(ms) / 1000,
            };
            for _ in 0..time_s / PAUSE.as_secs() {
                session.world.pause(PAUSE);
                list = remaining(self, &self.look(session, scene)?);
                if list.is_empty() {
                    return Ok(());
                }
            }
            if list.len() >= before {
                session.out.err(&format!(
                    "Could not complete {what} of {}, {} resources remaining",
                    self.id,
                    list.len()
                ));
                for id in &list {
                    session.out.info(&format!(" * {id}"));
                }
                return Err(Failure::silent(ExitCode::TIMEOUT));
            }
        }
        Ok(())
    }
}

fn show(session: &mut Session<'_, '_>, title: &str, list: &[String]) {
    session.out.info(title);
    for id in list {
        session.out.info(&format!(" * {id}"));
    }
}
