//! Figures with their bars: printed as they come, and written as a page.

use std::{fmt::Write as _, fs, path::Path};

/// What is asked of a figure.
#[derive(Clone, Copy, Debug)]
pub enum Bar {
    AtLeast(f64),
    AtMost(f64),
    /// For scale only.
    None,
}

impl Bar {
    fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(bar) => value >= bar,
            Self::AtMost(bar) => value <= bar,
            Self::None => true,
        }
    }

    fn in_words(self) -> String {
        match self {
            Self::AtLeast(bar) => format!("≥ {}", number(bar)),
            Self::AtMost(bar) => format!("≤ {}", number(bar)),
            Self::None => String::new(),
        }
    }
}

struct Figure {
    what: String,
    value: f64,
    unit: &'static str,
    bar: Bar,
    beside: String,
}

/// All figures of a run, by chapter.
#[derive(Default)]
pub struct Report {
    chapters: Vec<(String, Vec<Figure>)>,
}

impl Report {
    pub fn chapter(&mut self, title: &str) {
        println!("\n{title}");
        self.chapters.push((title.to_owned(), Vec::new()));
    }

    /// One figure; `beside` says what stands beside it, such as the yardstick.
    pub fn figure(&mut self, what: &str, value: f64, unit: &'static str, bar: Bar, beside: &str) {
        let sign = if bar.is_met(value) { " " } else { "!" };
        println!(
            "{sign} {what:<58} {:>10} {unit:<6} {:<10} {beside}",
            number(value),
            bar.in_words()
        );
        if let Some((_, figures)) = self.chapters.last_mut() {
            figures.push(Figure {
                what: what.to_owned(),
                value,
                unit,
                bar,
                beside: beside.to_owned(),
            });
        }
    }

    /// How many bars were missed.
    pub fn missed(&self) -> usize {
        let figures = self.chapters.iter().flat_map(|(_, figures)| figures);
        figures.filter(|it| !it.bar.is_met(it.value)).count()
    }

    /// Writes the page.
    pub fn write(&self, path: &Path, heading: &str) -> std::io::Result<()> {
        let mut page = format!(
            "# Measured\n\n{heading}\n\nWritten by `make bench`; every figure and its yardstick \
             come from the same run. A bar that is missed is marked.\n"
        );
        for (title, figures) in &self.chapters {
            let _ = write!(
                page,
                "\n## {title}\n\n| | figure | bar | beside it |\n|---|--:|---|---|\n"
            );
            for it in figures {
                let missed = if it.bar.is_met(it.value) {
                    ""
                } else {
                    " **missed**"
                };
                let _ = writeln!(
                    page,
                    "| {} | {} {} | {}{missed} | {} |",
                    it.what,
                    number(it.value),
                    it.unit,
                    it.bar.in_words(),
                    it.beside
                );
            }
        }
        fs::write(path, page)
    }
}

/// Three digits that count.
pub fn number(value: f64) -> String {
    let value_abs = value.abs();
    if value_abs >= 100.0 || value == 0.0 {
        let whole = format!("{value:.0}");
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index) % 3 == 0 {
                grouped.push(' ');
            }
            grouped.push(digit);
        }
        grouped
    } else if value_abs >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}
