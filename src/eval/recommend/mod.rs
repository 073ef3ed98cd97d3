//! The measures behind `shophand eval recommend`: learn from one log, predict what comes next in another.

mod figures;
mod read;
mod run_file;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use learn::crowd::{Blended, Kind, Log, Stage, Step, Suggestion};

pub use figures::Figures;
pub use read::Format;

use figures::Tally;
use read::{Touches, read};
use run_file::RunFile;

/// How many products are recommended.
const SHOWN: usize = 20;

/// Why recommendations cannot be measured. Each names the file.
#[derive(Debug, thiserror::Error)]
pub enum RecommendError {
    /// A file cannot be read as a log.
    #[error("{} cannot be read as {format}: {reason}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// As what.
        format: &'static str,
        /// What was found and what is expected.
        reason: String,
    },
    /// Sessions have no last item to hold out.
    #[error("sessions are predicted click by click: name the sessions to predict with --test FILE")]
    NoTest,
    /// There is nothing to predict.
    #[error("{}: it holds nothing to predict; a sequence needs two products at least", .0.display())]
    Nothing(PathBuf),
    /// The run would take the place of a log.
    #[error("{}: --run would write over the log itself; give it another name", .0.display())]
    OverLog(PathBuf),
    /// The run cannot be written.
    #[error("{}: {reason}; check the path and the disk", path.display())]
    Unwritable {
        /// Where.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// The log to learn from.
    pub train: &'a Path,
    /// The log to predict; without it the last product of each sequence of `train` is held out.
    pub test: Option<&'a Path>,
    /// How both are written; found out by the first line where it is not said.
    pub format: Option<Format>,
    /// Where to write all recommendations as a TREC run.
    pub run: Option<&'a Path>,
}

/// Something to predict.
struct Request {
    /// Its name in the run file.
    name: String,
    /// What came before, as far as the training log knows the products.
    trail: Vec<Step>,
    /// What may not be recommended.
    known: Vec<u32>,
    /// What came next, any of these; none of them when the training log does not know it.
    next: Vec<Option<u32>>,
}

/// Learns, recommends for each request by itself, and counts.
///
/// # Errors
/// [`RecommendError`]; nothing is measured then.
pub fn measure(job: Job<'_>, progress: &mut dyn FnMut(Stage)) -> Result<Figures, RecommendError> {
    let format = match job.format {
        Some(format) => format,
        None => Format::of(job.train)?,
    };
    if format == Format::Sessions && job.test.is_none() {
        return Err(RecommendError::NoTest);
    }
    // Not after minutes of work.
    job.run.map(|run| RunFile::check(run, &[Some(job.train), job.test])).transpose()?;
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let train = read(job.train, format)?;
    let (sequences, requests) = match job.test {
        Some(test) => {
            let sequences = train.iter().map(|touches| touches.number(&mut numbers)).collect();
            let requests =
                read(test, format)?.iter().flat_map(|touches| requests(touches, format, &numbers)).collect();
            (sequences, requests)
        }
        None => held_out(&train, format, &mut numbers),
    };
    if requests.is_empty() {
        return Err(RecommendError::Nothing(job.test.unwrap_or(job.train).to_owned()));
    }
    let kind = if format == Format::Sessions { Kind::Visits } else { Kind::Histories };
    let log = Log::new(kind, numbers.len(), sequences);
    let started = Instant::now();
    let blended = Blended::train(&log, None, progress);
    let mut tally = Tally::new(&log, started.elapsed());
    drop(log);
    let mut run = job.run.map(|path| RunFile::create(path, &numbers)).transpose()?;
    // By product; looked up thousands of times a request.
    let mut known = vec![false; numbers.len()];
    for request in &requests {
        request.known.iter().for_each(|item| known[*item as usize] = true);
        let started = Instant::now();
        let shown = blended.recommend(&request.trail, SHOWN, &|item| !known[item as usize]);
        let took = started.elapsed();
        request.known.iter().for_each(|item| known[*item as usize] = false);
        tally.add(&shown, &request.next, took);
        if let Some(run) = &mut run {
            run.write(&request.name, &shown)?;
        }
    }
    run.map(RunFile::finish).transpose()?;
    Ok(tally.figures(&blended))
}

/// The sequences without what is held out, and the requests for that.
fn held_out(
    train: &[Touches],
    format: Format,
    numbers: &mut HashMap<String, u32>,
) -> (Vec<Vec<Step>>, Vec<Request>) {
    let before: Vec<Vec<Step>> =
        train.iter().map(|touches| touches.first(touches.end(format)).number(numbers)).collect();
    let requests = train.iter().flat_map(|touches| requests(touches, format, numbers)).collect();
    (before, requests)
}

/// Of a session each click but the first; of any other sequence its end.
fn requests(touches: &Touches, format: Format, numbers: &HashMap<String, u32>) -> Vec<Request> {
    let steps = touches.known(numbers);
    let request = |name: String, at: usize, known: Vec<u32>, next: Vec<Option<u32>>| Request {
        name,
        trail: steps[..at].iter().copied().flatten().collect(),
        known,
        next,
    };
    let item = |step: &Option<Step>| step.map(|step| step.item);
    if format == Format::Sessions {
        let click = |at: usize| {
            let last = steps[at - 1].map(|step| step.item);
            request(format!("{}:{at}", touches.who), at, last.into_iter().collect(), vec![item(&steps[at])])
        };
        return (1..steps.len()).map(click).collect();
    }
    let end = touches.end(format);
    let known: Vec<u32> = steps[..end].iter().filter_map(item).collect();
    // What was bought before is no recommendation, so neither can it be right.
    let is_new = |next: &Option<u32>| !next.is_some_and(|next| known.contains(&next));
    let next: Vec<Option<u32>> = steps[end..].iter().map(item).collect();
    let next: Vec<Option<u32>> = match format {
        Format::Invoices => next.into_iter().filter(is_new).collect(),
        _ => next,
    };
    if end == 0 || next.is_empty() {
        return Vec::new();
    }
    vec![request(touches.who.clone(), end, known, next)]
}

/// The place of a product among those shown, from 1.
fn place(shown: &[Suggestion], next: Option<u32>) -> Option<usize> {
    shown.iter().position(|suggestion| Some(suggestion.item) == next).map(|place| place + 1)
}
