//! Load, schedule, graph output and simulation on generated clusters, each with and without startup probes.
#![allow(
    missing_docs,
    reason = "the macros of criterion make a public function"
)]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use pcmk_benches::{Shape, cib};
use pcmk_cib::xml::Document;
use pcmk_core::time::DateTime;
use pcmk_pengine::simulate::execute::Execution;
use pcmk_pengine::simulate::step::Step;
use pcmk_pengine::simulate::{self, Working};
use pcmk_pengine::state::find::find_renamed;
use pcmk_pengine::transition::graph::write_graph;
use pcmk_pengine::{Input, schedule};

/// Moment of all runs, epoch seconds.
const NOW: i64 = 1_700_000_000;

fn input(text: &str) -> Input {
    let doc =
        Document::parse(text.as_bytes(), "generated").expect("generated documents are well-formed");
    Input::new(doc, DateTime::from_epoch(NOW))
}

fn sizes() -> Vec<(String, Shape)> {
    let shapes = [
        ("8x150", Shape::small()),
        ("16x570", Shape::medium()),
        ("32x2250", Shape::large()),
        ("100x100", Shape::clones()),
    ];
    let mut out = Vec::new();
    for (name, shape) in shapes {
        out.push((format!("{name}-probes"), shape));
        out.push((format!("{name}-settled"), shape.with_probes(false)));
    }
    out
}

fn engine(c: &mut Criterion) {
    let mut group = c.benchmark_group("engine");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    for (name, shape) in sizes() {
        let text = cib(&shape);
        group.bench_with_input(BenchmarkId::new("load", &name), &text, |b, text| {
            b.iter(|| Document::parse(black_box(text.as_bytes()), "generated"));
        });
        let input = input(&text);
        group.bench_with_input(BenchmarkId::new("schedule", &name), &input, |b, input| {
            b.iter(|| schedule(black_box(input)));
        });
        let decision = schedule(&input);
        group.bench_with_input(
            BenchmarkId::new("graph", &name),
            &decision,
            |b, decision| {
                b.iter(|| write_graph(black_box(decision)));
            },
        );
        group.bench_with_input(BenchmarkId::new("simulate", &name), &input, |b, input| {
            b.iter(|| {
                let decision = schedule(black_box(input));
                let mut working = Working::new((*input.doc).clone());
                simulate::execute(
                    &Execution {
                        transition: &decision.transition,
                        step: &|synapse| Step::of(&decision, synapse),
                        known: &|id| find_renamed(&decision.config, &decision.state, id).is_some(),
                        failures: &[],
                        now: NOW,
                    },
                    &mut working,
                )
            });
        });
    }
    group.finish();
}

criterion_group!(benches, engine);
criterion_main!(benches);
