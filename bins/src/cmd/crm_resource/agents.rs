//! Commands about agents: which there are, what they say of themselves, and running one here and now. Source: behaviour
//! notes 07 sections 3.11 and 3.12, 08 section 9.

use std::ffi::OsString;

use pcmk_core::agent::AgentName;
use pcmk_core::rc::{ExitCode, Rc};
use pcmk_ocf::discover::Places;
use pcmk_ocf::metadata::metadata;
use pcmk_ocf::{Agent, execute};

use super::options::{AgentAction, Command, Request};
use super::scene::Scene;
use crate::front::{Failure, Session};
use crate::ops::resource::agent::{self as ops, Refused, Target};
use crate::out::{Format, Out};
use crate::view::resource::agents as view;

/// Time limit of an agent for which none is configured, milliseconds.
const DEFAULT_TIMEOUT_MS: u32 = 20_000;

/// Lists agents, or shows what one says of itself.
pub fn query(request: &Request, session: &mut Session<'_, '_>) -> Result<ExitCode, Failure> {
    let places = Places::default();
    let environment = environment(request, session);
    let out = &mut *session.out;
    let spec = request.spec.as_str();
    let none = |out: &mut Out<'_>, text: &str, status: ExitCode| {
        out.err(text);
        Err(Failure::silent(status))
    };
    match request.command {
        Command::Standards => view::standards(&places.standards(), out),
        Command::Providers | Command::Alternatives => {
            let agent = (request.command == Command::Alternatives).then_some(spec);
            let providers = places.providers(agent);
            if providers.is_empty() {
                let text = match agent {
                    Some(agent) => format!("No OCF providers found for {agent}"),
                    None => "No OCF providers found".to_owned(),
                };
                return none(out, &text, ExitCode::NOSUCH);
            }
            view::providers(&providers, agent, out);
        }
        Command::Agents => {
            let (standard, provider) = match spec.split_once(':') {
                Some((standard, provider)) => (standard, Some(provider)),
                None => (spec, None),
            };
            let agents = places.agents(standard, provider);
            if agents.is_empty() {
                let of = provider.map(|provider| format!(" and provider '{provider}'"));
                let text = format!(
                    "No agents found for standard '{standard}'{}",
                    of.unwrap_or_default()
                );
                return none(out, &text, ExitCode::ERROR);
            }
            view::agents(&agents, standard, provider, out);
        }
        _ => {
            let Ok(name) = AgentName::parse(spec) else {
                let text = format!("'{spec}' is not a valid agent specification");
                return Err(Failure::new(ExitCode::NOSUCH, text));
            };
            // Whatever went wrong, it is told as this.
            let text = metadata(&places, &name, &environment).map_err(|_| {
                Failure::rc(&format!("Metadata query for {spec} failed"), Rc::ENXIO)
            })?;
            out.blob("metadata", &text);
        }
    }
    Ok(ExitCode::OK)
}

/// Whether there is an agent that was named on the command line.
pub fn check_existence(request: &Request) -> Result<(), Failure> {
    let (Some(class), Some(agent)) = (&request.class, &request.agent) else {
        return Ok(());
    };
    let provider = request.provider.as_deref();
    if Places::default().exists(class, provider, agent) {
        return Ok(());
    }
    Err(Failure::usage(if class.eq_ignore_ascii_case("stonith") {
        format!("{agent} is not a known fencing agent")
    } else if let Some(provider) = provider {
        format!("{class}:{provider}:{agent} is not a known resource agent")
    } else {
        format!("{class}:{agent} is not a known resource agent")
    }))
}

/// Runs an agent.
pub fn run(
    request: &Request,
    session: &mut Session<'_, '_>,
    action: AgentAction,
    words: &[(String, String)],
) -> Result<ExitCode, Failure> {
    let name = request.resource.as_deref();
    let target = match (&request.class, &request.agent) {
        (Some(class), Some(agent)) => Target {
            class: class.clone(),
            provider: request.provider.clone(),
            kind: agent.clone(),
            instance: "test".to_owned(),
            timeout_ms: DEFAULT_TIMEOUT_MS,
            parameters: request
                .options
                .iter()
                .map(|(name, value)| (name.to_owned(), value.clone()))
                .collect(),
        },
        _ => {
            let mut scene = Scene::open(request, session)?;
            configured(request, session.out, &mut scene, action)?
        }
    };
    let timeout_ms = match request.timeout_ms {
        0 => target.timeout_ms,
        given => given,
    };
    let parameters = target.with(timeout_ms, words);
    let environment = environment(request, session);
    let out = &mut *session.out;
    view::overrides(name, words, out);
    out.flush();
    let agent = Agent {
        resource: &target.instance,
        standard: &target.class,
        provider: target.provider.as_deref(),
        kind: &target.kind,
        parameters: &parameters,
        environment: &environment,
        timeout_ms,
    };
    let result = execute(&Places::default(), &agent, ops::agent_action(action.word()));
    view::result(action.word(), name, &target, words, &result, out);
    match ExitCode::from_int(result.rc) {
        ExitCode::OK => Ok(ExitCode::OK),
        status => Err(Failure::silent(status)),
    }
}

/// A resource of the CIB as a target.
fn configured(
    request: &Request,
    out: &mut Out<'_>,
    scene: &mut Scene,
    action: AgentAction,
) -> Result<Target, Failure> {
    let rsc = scene.resource()?;
    let name = request.resource.as_deref().unwrap_or_default();
    let word = action.word();
    let starts = matches!(
        action,
        AgentAction::Start | AgentAction::Promote | AgentAction::Demote
    );
    match ops::target(&mut scene.seen, rsc, name, word, starts && !request.force) {
        Ok(target) => Ok(target),
        Err(Refused::Active) => {
            out.err(&format!(
                "It is not safe to {word} {name} here: the cluster claims it is already active"
            ));
            out.err("Try setting target-role=Stopped first or specifying the force option");
            Err(Failure::silent(ExitCode::UNSAFE))
        }
        Err(Refused::Unsupported(what)) => {
            out.err(&format!(
                "Sorry, the {word} option doesn't support {what} resources"
            ));
            Err(Failure::silent(ExitCode::UNIMPLEMENT_FEATURE))
        }
    }
}

/// The environment an agent inherits.
fn environment(request: &Request, session: &Session<'_, '_>) -> Vec<(OsString, OsString)> {
    let mut variables = session.world.variables();
    let verbosity = session.common.verbosity;
    let mut set = |name: &str, value: String| {
        variables.retain(|(known, _)| known != name);
        variables.push((name.into(), value.into()));
    };
    let format = match session.out.format() {
        Format::Text => "text",
        Format::Xml => "xml",
        Format::Html => "html",
        Format::None => "none",
    };
    set("OCF_OUTPUT_FORMAT", format.to_owned());
    if let Some(level) = request.level.filter(|&level| level >= 0) {
        set("OCF_CHECK_LEVEL", level.to_string());
    }
    let debug = u8::from(verbosity > 0).to_string();
    set("PCMK_debug", debug.clone());
    set("HA_debug", debug);
    if verbosity > 1 {
        set("OCF_TRACE_RA", "1".to_owned());
        if !session.world.has_env("OCF_TRACE_FILE") {
            set("OCF_TRACE_FILE", "/dev/stderr".to_owned());
        }
    }
    variables
}
