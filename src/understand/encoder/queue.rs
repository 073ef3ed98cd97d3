//! The encoder's threads and what waits before them.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, RwLock};
use std::thread;

use tokio::sync::oneshot;

use super::model::Model;
use super::{EncoderError, Layers, QUEUE};

/// How many sentences of a long list are computed before a message gets its turn: about 10 ms.
pub(super) const CHUNK: usize = 4;

type Answer = Result<Vec<Layers>, EncoderError>;

/// Texts to embed, and where the vectors go.
pub(super) struct Job {
    texts: Vec<String>,
    asker: Asker,
}

/// Who waits for the vectors. A thread gets a channel of its own: tokio's gives way to other tasks now and then, which a
/// blocked thread never comes back from.
enum Asker {
    Task(oneshot::Sender<Answer>),
    Thread(SyncSender<Answer>),
}

impl Asker {
    /// An asker that is gone in the meantime wants no answer.
    fn tell(self, answer: Answer) {
        match self {
            Asker::Task(sender) => drop(sender.send(answer)),
            Asker::Thread(sender) => drop(sender.send(answer)),
        }
    }

    fn is_gone(&self) -> bool {
        matches!(self, Asker::Task(sender) if sender.is_closed())
    }
}

impl Job {
    /// For a task, which awaits the answer.
    pub(super) fn awaited(text: &str) -> (Job, oneshot::Receiver<Answer>) {
        let (sender, receiver) = oneshot::channel();
        (Job { texts: vec![text.to_owned()], asker: Asker::Task(sender) }, receiver)
    }

    /// For a thread, which blocks until the answer.
    pub(super) fn blocking(texts: Vec<String>) -> (Job, Receiver<Answer>) {
        let (sender, receiver) = sync_channel(1);
        (Job { texts, asker: Asker::Thread(sender) }, receiver)
    }
}

/// The sending end; empty once closed.
#[derive(Clone)]
pub(super) struct Queue(Arc<RwLock<Option<SyncSender<Job>>>>);

impl Queue {
    fn sender(&self) -> Result<SyncSender<Job>, EncoderError> {
        let guard = self.0.read().map_err(|_| EncoderError::Stopped)?;
        guard.clone().ok_or(EncoderError::Stopped)
    }

    /// Puts a job into the queue, or says at once that there is no room.
    pub(super) fn offer(&self, job: Job) -> Result<(), EncoderError> {
        self.sender()?.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => EncoderError::Busy,
            TrySendError::Disconnected(_) => EncoderError::Stopped,
        })
    }

    /// Puts a job into the queue, waiting for room.
    pub(super) fn wait(&self, job: Job) -> Result<(), EncoderError> {
        self.sender()?.send(job).map_err(|_| EncoderError::Stopped)
    }

    pub(super) fn close(&self) {
        if let Ok(mut sender) = self.0.write() {
            *sender = None;
        }
    }
}

/// Starts so many threads over one model, each of which serves until every sender is gone, and waits until all are
/// warm: the first sentence is slow, while libtorch finds its memory, and nobody should wait for it.
pub(super) fn start(dir: &Path, model: &Model, threads: usize) -> Result<Queue, EncoderError> {
    let failed = |reason: String| EncoderError::Load { dir: dir.to_owned(), reason };
    let (sender, receiver) = sync_channel(QUEUE);
    let receiver = Arc::new(Mutex::new(receiver));
    let (warm, ready) = sync_channel(threads);
    for n in 0..threads {
        let (model, receiver, warm) = (model.share(), receiver.clone(), warm.clone());
        let serve = move || {
            tch::set_num_threads(1);
            let warmed = model.embed("where is my order? it should have come last week").map(|_| ());
            if warm.send(warmed).is_ok() {
                drop(warm);
                run(&model, &receiver);
            }
        };
        thread::Builder::new()
            .name(format!("encoder-{n}"))
            .spawn(serve)
            .map_err(|error| failed(error.to_string()))?;
    }
    for _ in 0..threads {
        ready.recv().map_err(|_| failed("its thread ended while loading".to_owned()))??;
    }
    Ok(Queue(Arc::new(RwLock::new(Some(sender)))))
}

fn run(model: &Model, jobs: &Mutex<Receiver<Job>>) {
    // The lock is held while waiting and let go before computing: one thread waits for the next job, the others for it.
    let next = || jobs.lock().ok()?.recv().ok();
    while let Some(job) = next() {
        // Whoever hung up needs no vector.
        if !job.asker.is_gone() {
            let vectors = job.texts.iter().map(|text| model.embed(text)).collect();
            job.asker.tell(vectors);
        }
    }
}
