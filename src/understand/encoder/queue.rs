//! The encoder's thread and what waits before it.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, RwLock};
use std::thread;

use tokio::sync::oneshot;

use super::model::Model;
use super::{Embedding, EncoderError, QUEUE};

/// How many sentences are computed at once. More gains nothing on one core and lets a message wait longer.
pub(super) const BATCH: usize = 16;

type Answer = Result<Vec<Embedding>, EncoderError>;

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

/// Loads the model on a new thread, which serves until every sender is gone.
pub(super) fn start(dir: PathBuf) -> Result<Queue, EncoderError> {
    let (sender, receiver) = sync_channel(QUEUE);
    let (loaded, ready) = sync_channel(1);
    let serve = {
        let dir = dir.clone();
        move || match Model::load(&dir) {
            Ok(model) => {
                // One thread: a short sentence gains nothing from a second, and threads that spin for each other come to
                // a standstill on a busy machine.
                tch::set_num_threads(1);
                // The first sentence is slow, while libtorch finds its memory: nobody should wait for it.
                let warm = model.embed(&["warm up"]).map(|_| ());
                if loaded.send(warm).is_ok() {
                    run(&model, &receiver);
                }
            }
            Err(error) => drop(loaded.send(Err(error))),
        }
    };
    let failed = |reason: String| EncoderError::Load { dir: dir.clone(), reason };
    thread::Builder::new()
        .name("encoder".to_owned())
        .spawn(serve)
        .map_err(|error| failed(error.to_string()))?;
    ready.recv().map_err(|_| failed("its thread ended while loading".to_owned()))??;
    Ok(Queue(Arc::new(RwLock::new(Some(sender)))))
}

fn run(model: &Model, receiver: &Receiver<Job>) {
    while let Ok(first) = receiver.recv() {
        let mut size = first.texts.len();
        let mut jobs = vec![first];
        while size < BATCH {
            let Ok(next) = receiver.try_recv() else { break };
            size += next.texts.len();
            jobs.push(next);
        }
        // Whoever hung up needs no vector.
        jobs.retain(|job| !job.asker.is_gone());
        serve(model, jobs);
    }
}

fn serve(model: &Model, jobs: Vec<Job>) {
    let texts: Vec<&str> = jobs.iter().flat_map(|job| job.texts.iter().map(String::as_str)).collect();
    if texts.is_empty() {
        return;
    }
    let mut vectors = match model.embed(&texts) {
        Ok(vectors) => vectors.into_iter(),
        Err(error) if jobs.len() > 1 => {
            tracing::warn!(%error, "a batch failed; trying its messages one by one");
            return jobs.into_iter().for_each(|job| serve(model, vec![job]));
        }
        Err(error) => {
            return jobs.into_iter().for_each(|job| job.asker.tell(Err(error.clone())));
        }
    };
    for job in jobs {
        let own = vectors.by_ref().take(job.texts.len()).collect();
        job.asker.tell(Ok(own));
    }
}
