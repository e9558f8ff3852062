//! Tells the demo, with times; in check mode one line a step.

use crate::failure::Failure;
use serde_json::json;
use std::time::{Duration, Instant};

/// Tells what happens.
pub struct Narrator {
    check: bool,
    json: bool,
    begun: Instant,
    step: Instant,
    steps: usize,
    times: Vec<(&'static str, Duration)>,
}

impl Narrator {
    /// A narrator that begins to count time now.
    pub fn new(check: bool, json: bool) -> Self {
        let now = Instant::now();
        Self { check, json, begun: now, step: now, steps: 0, times: Vec::new() }
    }

    /// A chapter: only told where the demo is told at length.
    pub fn chapter(&self, title: &str) {
        if !self.check && !self.json {
            println!("\n{title}");
        }
    }

    /// Something that happened on the way: only told where the demo is told at length.
    pub fn tell(&self, text: impl AsRef<str>) {
        if !self.check && !self.json {
            println!("    {}", text.as_ref());
        }
    }

    /// A step that is done: always told, with the time it took.
    pub fn done(&mut self, step: &'static str) {
        self.steps += 1;
        let took = self.step.elapsed();
        self.step = Instant::now();
        self.times.push((step, took));
        if self.json {
            println!(
                "{}",
                json!({ "step": self.steps, "what": step, "ok": true, "milliseconds": took.as_millis() })
            );
        } else if self.check {
            println!("ok {:>2}  {step} ({} ms)", self.steps, took.as_millis());
        } else {
            println!("  ✓ {step} ({} ms)", took.as_millis());
        }
    }

    /// A step that must hold: done, or the demo ends here.
    pub fn must(&mut self, holds: bool, step: &'static str) -> Result<(), Failure> {
        if holds {
            self.done(step);
            return Ok(());
        }
        self.steps += 1;
        if self.json {
            println!("{}", json!({ "step": self.steps, "what": step, "ok": false }));
        } else {
            println!("not ok {:>2}  {step}", self.steps);
        }
        Err(Failure::DoesNotHold(format!("the demo failed at step {}: {step}", self.steps)))
    }

    /// The whole, in a line.
    pub fn sum_up(&self) {
        let start = self.times.first().map_or(Duration::ZERO, |(_, took)| *took);
        let played = self.begun.elapsed().saturating_sub(start);
        if !self.json {
            println!(
                "\n{} steps; the federation was up in {:.1} s, the job took {:.1} s",
                self.steps,
                start.as_secs_f64(),
                played.as_secs_f64()
            );
        }
    }
}
