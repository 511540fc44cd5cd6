//! `crm_simulate`: what would the cluster do? Source: behaviour notes 05 section 6.
//!
//! The sequence is part of the behaviour: read and upgrade the input, show its status, inject events and read again,
//! run the scheduler and write its files, execute the transition and show what became of it. Line breaks between the
//! parts depend on what was printed before.

mod options;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pcmk_cib::xml::{Document, PrintStyle, print};
use pcmk_core::rc::{ExitCode, Rc};
use pcmk_core::time::DateTime;
use pcmk_pengine::record::{Event, Wanted};
use pcmk_pengine::simulate::execute::Execution;
use pcmk_pengine::simulate::step::Step;
use pcmk_pengine::simulate::{self, Working};
use pcmk_pengine::state::find::find_renamed;
use pcmk_pengine::transition::{dot, graph};
use pcmk_pengine::verify::verify;
use pcmk_pengine::{Decision, Input, Observed, decide, observe};

use crate::Tool;
use crate::args::Listing;
use crate::ops::cib::{self, Place};
use crate::ops::extras::{self, Histories};
use crate::ops::input::{self, InputError, Source};
use crate::out::{Format, Out};
use crate::view::failures::Times;
use crate::view::{self, Cluster, Show, messages, scores, simulation, status};
use crate::world::{Streams, World, error_text, io_rc};
use options::{Request, TABLE};

/// The tool.
pub const TOOL: Tool = Tool {
    name: "crm_simulate",
    options: Listing::Table(&TABLE),
    run,
};

/// The beginning is that of other tools ([`crate::front`]), except that the name is not in front of all messages.
fn run(world: &mut World, streams: &mut Streams) -> u8 {
    let parsed = match TABLE.read(world, streams, &mut |_| Ok(())) {
        Ok(parsed) => parsed,
        Err(error) => {
            streams.err(&format!("{}: {}\n", TOOL.name, error.0));
            return ExitCode::USAGE.value();
        }
    };
    if parsed.help {
        streams.out(&crate::args::help_text(&TABLE));
        return ExitCode::OK.value();
    }
    let request = Request::from_options(&parsed.found);
    let failed = |streams: &mut Streams, why: String, status: ExitCode| {
        let format = &request.format;
        streams.err(&format!("Error creating output format {format}: {why}\n"));
        status.value()
    };
    let Some(format) = Format::parse(&request.format) else {
        let rc = Rc::UNKNOWN_FORMAT;
        return failed(streams, rc.text(), rc.exit_code());
    };
    if let Err(error) = streams.redirect(&request.destination) {
        let status = io_rc(&error).exit_code();
        return failed(streams, error_text(&error), status);
    }
    let mut out = Out::new(format, &world.args, streams);
    out.set_quiet(request.quiet);
    out.set_fancy(!(request.quiet && request.scores));
    let status = if request.version {
        crate::front::version(&mut out);
        ExitCode::OK
    } else {
        let mut simulation = Simulation::new(world, &request);
        match &request.profile {
            Some(directory) => simulation.profile(&mut out, Path::new(directory)),
            None => simulation.simulate(&mut out),
        }
    };
    out.finish(status.value());
    status.value()
}

/// Where the simulated CIB ends up.
enum Target {
    /// Nowhere.
    Memory,
    /// In this file, if it was changed.
    File(PathBuf),
}

struct Simulation<'a> {
    world: &'a mut World,
    request: &'a Request,
    /// Level of messages on standard error.
    level: usize,
    widths: view::summary::Widths,
    /// What `--verify-transition` found.
    notes: usize,
}

impl<'a> Simulation<'a> {
    fn new(world: &'a mut World, request: &'a Request) -> Simulation<'a> {
        let level = messages::level(world, request.verbosity);
        Simulation {
            world,
            request,
            level,
            widths: view::summary::Widths::default(),
            notes: 0,
        }
    }

    /// Everything but profiling.
    fn simulate(&mut self, out: &mut Out<'_>) -> ExitCode {
        let (document, target) = match self.set_up(out) {
            Ok(ready) => ready,
            Err(status) => return status,
        };
        let mut working = Working::new(document);
        let status = self.sequence(out, &mut working);
        if let Target::File(path) = target
            && working.changed()
        {
            let text = print(working.document().root_element(), PrintStyle::Pretty);
            if let Err(error) = self.world.write_file(&path, text.as_bytes()) {
                out.err(&format!(
                    "Could not write '{}': {}",
                    path.display(),
                    error_text(&error)
                ));
                return status.max(ExitCode::ERROR);
            }
        }
        status
    }

    /// Reads the input, and decides what is worked on and where it goes.
    fn set_up(&mut self, out: &mut Out<'_>) -> Result<(Document, Target), ExitCode> {
        let source = &self.request.source;
        let mut document = match input::read(self.world, source) {
            Ok(document) => document,
            Err(error) => {
                self.explain(out, &error);
                match &error {
                    InputError::Unreadable(_) => {
                        let why = Rc::BAD_INPUT;
                        out.err(&format!("{}: Could not read input XML: {why}", TOOL.name));
                    }
                    InputError::Connection(why) => {
                        out.err(&format!("Could not connect to the CIB: {why}"));
                    }
                    InputError::Invalid(_) => {}
                }
                return Err(error.exit_code());
            }
        };
        self.prepare(out, &mut document)?;
        let file = match (&self.request.in_place, source) {
            (true, Source::File(name)) if name != "-" => Some(PathBuf::from(name)),
            (true, Source::File(_) | Source::Live | Source::Pipe) | (false, _) => {
                self.request.save_output.as_ref().map(PathBuf::from)
            }
        };
        if let Some(path) = &file {
            let text = print(document.root_element(), PrintStyle::Pretty);
            if let Err(error) = self.world.write_file(path, text.as_bytes()) {
                out.err(&format!(
                    "Could not create '{}': {}",
                    path.display(),
                    error_text(&error)
                ));
                return Err(io_rc(&error).exit_code());
            }
        }
        // A shadow CIB wins over everything: it is what is read from here on, and what is changed.
        if let Place::Shadow { path, .. } = cib::place(self.world) {
            let mut shadow =
                input::read(self.world, &Source::Live).map_err(|error| error.exit_code())?;
            self.prepare(out, &mut shadow)?;
            return Ok((shadow, Target::File(path)));
        }
        Ok((document, file.map_or(Target::Memory, Target::File)))
    }

    fn prepare(&mut self, out: &mut Out<'_>, document: &mut Document) -> Result<(), ExitCode> {
        let mut texts = Vec::new();
        let prepared = input::prepare(document, &mut texts);
        for text in &texts {
            out.stderr(text);
        }
        prepared.map_err(|error| {
            self.explain(out, &error);
            error.exit_code()
        })
    }

    /// Says why an input cannot be used, to those who ask for more messages.
    fn explain(&self, out: &mut Out<'_>, error: &InputError) {
        if let Some(text) = error.cause()
            && self.level >= 1
        {
            out.stderr(&text);
        }
    }

    /// "Now" for a document, announced: as requested, as recorded in the document, or the clock's.
    fn now(&mut self, out: &mut Out<'_>, document: &Document) -> Result<DateTime, ExitCode> {
        let clock = self.world.now();
        if let Some(text) = &self.request.date {
            out.info(&format!("Setting effective cluster time: {text}"));
            let today = DateTime::from_epoch(clock);
            let offset = self.world.local_offset_s(clock);
            return DateTime::parse(text, &today, offset).map_err(|_| {
                out.err(&format!("{}: Invalid date/time: {text}", TOOL.name));
                ExitCode::DATAERR
            });
        }
        let recorded = document.root_element().attr("execution-date");
        let recorded = recorded.and_then(|text| pcmk_core::lenient::scan_ll(text).ok());
        if let Some(epoch) = recorded {
            let now = DateTime::from_epoch(epoch);
            out.info(&format!(
                "Using the original execution date of: {}",
                now.text_utc()
            ));
            return Ok(now);
        }
        Ok(DateTime::from_epoch(clock))
    }

    fn observe(
        &mut self,
        out: &mut Out<'_>,
        document: Arc<Document>,
    ) -> Result<Observed, ExitCode> {
        let now = self.now(out, &document)?;
        let input = Input {
            doc: document,
            now,
            sanitized: self.request.source != Source::Live,
            wanted: Wanted {
                scores: self.request.scores,
                utilization: self.request.utilization,
                trace: false,
            },
        };
        let mut seen = observe(&input);
        messages::log(&seen.log, 0, self.level, out);
        for event in std::mem::take(&mut seen.record.events) {
            if let Event::Info(text) = event {
                out.info(&text);
            }
        }
        Ok(seen)
    }

    fn sequence(&mut self, out: &mut Out<'_>, working: &mut Working) -> ExitCode {
        match self.steps(out, working) {
            Ok(()) if self.notes > 0 => ExitCode::ERROR,
            Ok(()) => ExitCode::OK,
            Err(status) => status,
        }
    }

    fn steps(&mut self, out: &mut Out<'_>, working: &mut Working) -> Result<(), ExitCode> {
        let quiet = out.is_quiet();
        let mut seen = self.observe(out, working.snapshot())?;
        if !quiet {
            if status::preamble(&seen, out) {
                out.spacer();
            }
            self.status(out, &mut seen, "Current cluster status", true);
        }
        if self.request.injections.any() {
            self.inject(out, working, &seen)?;
            seen = self.observe(out, working.snapshot())?;
        }
        if let Some(path) = &self.request.save_input {
            let text = scheduler_input(&seen);
            if let Err(error) = self.world.write_file(Path::new(path), text.as_bytes()) {
                out.err(&format!(
                    "Could not create '{}': {}",
                    path.display(),
                    error_text(&error)
                ));
                return Err(io_rc(&error).exit_code());
            }
        }
        if !self.request.run {
            return Ok(());
        }
        let decision = self.decide(out, seen, quiet);
        if let Some(path) = &self.request.save_graph {
            self.world
                .write_pieces(Path::new(path), |file| {
                    graph::write_graph_to(&decision, file)
                })
                .map_err(|_| ExitCode::IOERR)?;
        }
        if let Some(path) = &self.request.save_dot {
            let text = dot::write_dot(
                &decision,
                self.request.all_actions,
                self.request.verbosity > 0,
            );
            self.world
                .write_file(Path::new(path), text.as_bytes())
                .map_err(|_| ExitCode::IOERR)?;
        }
        if !quiet {
            out.spacer();
            view::summary::list(&decision, out, &mut self.widths);
        }
        if self.request.verify {
            let notes = verify(&decision);
            for note in &notes {
                out.err(&format!("{}: {note}", TOOL.name));
            }
            self.notes = notes.len();
        }
        if !self.request.simulate {
            // The process ends here; giving every piece of memory back one by one would be a tenth of the run.
            std::mem::forget(decision);
            return Ok(());
        }
        out.spacer();
        let complete = self.execute(out, working, &decision)?;
        drop(decision);
        if !quiet {
            // The document is not needed any more unless it has to be written.
            let mut seen = self.observe(out, working.snapshot())?;
            out.spacer();
            self.status(out, &mut seen, "Revised Cluster Status", false);
        }
        if complete {
            Ok(())
        } else {
            Err(ExitCode::ERROR)
        }
    }

    fn status(&mut self, out: &mut Out<'_>, seen: &mut Observed, title: &str, pending: bool) {
        let show = Show {
            inactive: true,
            pending,
            attributes: self.request.attributes,
            failcounts: self.request.failcounts,
            failures: self.request.failcounts,
            ..Show::default()
        };
        let world = &*self.world;
        let histories = match show.failcounts {
            true => Histories::FailCounts,
            false => Histories::None,
        };
        let extras = extras::collect(seen, show.attributes, histories);
        let cluster = Cluster::new(seen, show);
        let times = Times {
            people: &|epoch| pcmk_core::time::ctime(epoch, world.local_offset_s(epoch)),
            programs: &|epoch| world.local_text(epoch),
        };
        status::show(&cluster, out, title, &extras, times);
    }

    fn inject(
        &mut self,
        out: &mut Out<'_>,
        working: &mut Working,
        seen: &Observed,
    ) -> Result<(), ExitCode> {
        let find = |id: &str| find_renamed(&seen.config, &seen.state, id);
        let injected = simulate::inject(
            &seen.config,
            &find,
            working,
            &self.request.injections,
            self.world.now(),
        );
        match injected {
            Ok(events) => {
                simulation::injections(&events, out);
                Ok(())
            }
            Err(error) => {
                out.err(&format!("{}: {error}", TOOL.name));
                Err(ExitCode::from_int(i32::from(error.exit_status())))
            }
        }
    }

    fn decide(&mut self, out: &mut Out<'_>, seen: Observed, quiet: bool) -> Decision {
        let logged = seen.log.len();
        let title = match (self.request.scores, self.request.utilization) {
            (true, true) => Some("Assignment Scores and Utilization Information"),
            (true, false) => Some("Assignment Scores"),
            (false, true) => Some("Utilization Information"),
            (false, false) => None,
        };
        let decision = decide(seen);
        messages::log(&decision.log, logged, self.level, out);
        if let Some(title) = title {
            if !quiet {
                out.spacer();
            }
            out.begin(title);
            scores::list(&decision.config, &decision.record.events, out);
            out.end();
        }
        decision
    }

    /// Plays the transition through. Whether all of it could be executed; what came of it is shown either way.
    fn execute(
        &mut self,
        out: &mut Out<'_>,
        working: &mut Working,
        decision: &Decision,
    ) -> Result<bool, ExitCode> {
        let report = simulate::execute(
            &Execution {
                transition: &decision.transition,
                step: &|synapse| Step::of(decision, synapse),
                known: &|id| find_renamed(&decision.config, &decision.state, id).is_some(),
                failures: &self.request.op_fail,
                now: self.world.now(),
            },
            working,
        );
        match report {
            Ok(report) => {
                simulation::execution(&report.events, out);
                if !report.complete {
                    out.err("Transition failed: terminated");
                    out.err("An invalid transition was produced");
                }
                Ok(report.complete)
            }
            Err(error) => {
                out.err(&format!("{}: {error}", TOOL.name));
                Err(ExitCode::from_int(i32::from(error.exit_status())))
            }
        }
    }

    /// Measures runs of the scheduler on every file of a directory.
    fn profile(&mut self, out: &mut Out<'_>, directory: &Path) -> ExitCode {
        let files = match self.world.xml_files(directory) {
            Ok(files) => files,
            Err(error) => {
                out.err(&format!(
                    "{}: {}: {}",
                    TOOL.name,
                    directory.display(),
                    error_text(&error)
                ));
                return io_rc(&error).exit_code();
            }
        };
        out.begin("Timings");
        for path in files {
            let source = Source::File(path.clone().into_os_string());
            let Ok(mut document) = input::read(self.world, &source) else {
                continue;
            };
            if input::prepare(&mut document, &mut Vec::new()).is_err() {
                continue;
            }
            let document = Arc::new(document);
            let now = match self.profiled_now(&document) {
                Some(now) => now,
                None => continue,
            };
            let start = self.world.cpu_time_s();
            for _ in 0..self.request.repeat {
                let input = Input {
                    doc: Arc::clone(&document),
                    now,
                    sanitized: true,
                    wanted: Wanted::default(),
                };
                std::hint::black_box(decide(observe(&input)));
            }
            let seconds = self.world.cpu_time_s() - start;
            let file = path.display().to_string();
            match out.xml() {
                Some(xml) => xml.leaf(
                    "timing",
                    &[("file", &file), ("duration", &format!("{seconds:.6}"))],
                ),
                None => out.item(&format!("Testing {file} ... {seconds:.2} secs")),
            }
        }
        out.end();
        ExitCode::OK
    }

    fn profiled_now(&self, document: &Document) -> Option<DateTime> {
        let clock = self.world.now();
        if let Some(text) = &self.request.date {
            let today = DateTime::from_epoch(clock);
            return DateTime::parse(text, &today, self.world.local_offset_s(clock)).ok();
        }
        let recorded = document.root_element().attr("execution-date");
        let recorded = recorded.and_then(|text| pcmk_core::lenient::scan_ll(text).ok());
        Some(DateTime::from_epoch(recorded.unwrap_or(clock)))
    }
}

/// The document as the scheduler sees it after reading: with implied connections, and with names noted at recorded
/// failures (05 section 6.2).
fn scheduler_input(seen: &Observed) -> String {
    let mut document = (*seen.config.doc).clone();
    for (element, name, value) in &seen.state.marks {
        document.set_attr(*element, name, value);
    }
    print(document.root_element(), PrintStyle::Pretty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &[&str], status: u8, out: &str, err: &str) {
        let args: Vec<&str> = std::iter::once("crm_simulate")
            .chain(args.iter().copied())
            .collect();
        let (mut streams, captured) = Streams::captured();
        let got = run(&mut World::for_test(&args), &mut streams);
        assert_eq!(
            (got, captured.out().as_str(), captured.err().as_str()),
            (status, out, err),
            "{args:?}"
        );
    }

    #[test]
    fn refusals() {
        check(
            &["--bogus"],
            64,
            "",
            "crm_simulate: Unknown option --bogus\n",
        );
        check(
            &["--output-as=zzz"],
            105,
            "",
            "Error creating output format zzz: Unknown output format\n",
        );
        check(
            &["-S"],
            65,
            "",
            "crm_simulate: Could not read input XML: Bad input value provided\n",
        );
        check(
            &["-L"],
            102,
            "",
            "Could not connect to the CIB: Transport endpoint is not connected\n",
        );
    }

    #[test]
    fn refusals_in_xml() {
        check(
            &["--output-as", "xml", "-x", "does-not-exist"],
            65,
            "<pacemaker-result api-version=\"2.42\" request=\"crm_simulate --output-as xml -x does-not-exist\">\n  \
             <status code=\"65\" message=\"Invalid data given\">\n    <errors>\n      <error>crm_simulate: Could not \
             read input XML: Bad input value provided</error>\n    </errors>\n  </status>\n</pacemaker-result>\n",
            "",
        );
    }

    #[test]
    fn version_and_nothing() {
        check(
            &["-$"],
            0,
            "Pacemaker 3.0.2\nWritten by Andrew Beekhof and the Pacemaker project contributors\n",
            "",
        );
        check(&["-$", "--output-as=none"], 0, "", "");
    }
}
