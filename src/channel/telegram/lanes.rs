//! Work in lanes: the jobs of one chat run in order, one at a time; those of different chats at the same time.

use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use crate::model::ChatId;

/// Jobs that wait in all lanes together. [`Lanes::push`] waits when there are more.
const BACKLOG: usize = 10_000;

struct Job {
    work: BoxFuture<'static, ()>,
    _room: OwnedSemaphorePermit,
}

#[derive(Default)]
struct State {
    /// A lane is here as long as a task runs it.
    lanes: HashMap<ChatId, VecDeque<Job>>,
    tasks: JoinSet<()>,
    closed: bool,
}

/// See the module.
pub(super) struct Lanes {
    state: Mutex<State>,
    room: Arc<Semaphore>,
    running: Semaphore,
    at_once: u32,
}

impl Lanes {
    /// Lanes of which at most `at_once` have a job running.
    pub(super) fn new(at_once: u32) -> Arc<Self> {
        Arc::new(Lanes {
            state: Mutex::default(),
            room: Arc::new(Semaphore::new(BACKLOG)),
            running: Semaphore::new(at_once as usize),
            at_once,
        })
    }

    /// Puts a job at the end of the lane of `chat`. Once closed, jobs are dropped unrun.
    pub(super) async fn push(self: &Arc<Self>, chat: ChatId, work: BoxFuture<'static, ()>) {
        let Ok(room) = self.room.clone().acquire_owned().await else { return };
        let job = Job { work, _room: room };
        let mut state = self.lock();
        if state.closed {
            return;
        }
        while state.tasks.try_join_next().is_some() {}
        if let Some(lane) = state.lanes.get_mut(&chat) {
            lane.push_back(job);
            return;
        }
        state.lanes.insert(chat.clone(), VecDeque::from([job]));
        let lanes = self.clone();
        state.tasks.spawn(async move { lanes.run(chat).await });
    }

    async fn run(&self, chat: ChatId) {
        loop {
            let Ok(_running) = self.running.acquire().await else { return };
            let Some(job) = self.next(&chat) else { return };
            if AssertUnwindSafe(job.work).catch_unwind().await.is_err() {
                tracing::error!(%chat, "a job panicked; the chat goes on with the next one");
            }
        }
    }

    fn next(&self, chat: &ChatId) -> Option<Job> {
        let mut state = self.lock();
        let job = if state.closed { None } else { state.lanes.get_mut(chat).and_then(VecDeque::pop_front) };
        if job.is_none() {
            state.lanes.remove(chat);
        }
        job
    }

    /// Begins no further job and waits for those that run.
    pub(super) async fn close(&self) {
        self.lock().closed = true;
        let _all = self.running.acquire_many(self.at_once).await;
    }

    /// Waits until every job that was pushed has run.
    pub(super) async fn drain(&self) {
        let _all = self.room.acquire_many(BACKLOG as u32).await;
    }

    /// Ends everything at once, as losing power would.
    pub(super) fn abort(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.lanes.clear();
        state.tasks.abort_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::{Notify, mpsc};

    use super::*;

    fn chat(name: &str) -> ChatId {
        ChatId::parse(name).unwrap()
    }

    #[tokio::test]
    async fn a_slow_chat_keeps_its_order_and_holds_up_nobody_else() {
        let lanes = Lanes::new(4);
        let (seen, mut order) = mpsc::unbounded_channel();
        let gate = Arc::new(Notify::new());
        let first = (seen.clone(), gate.clone());
        let work = async move {
            first.1.notified().await;
            first.0.send("slow 1").unwrap();
        };
        lanes.push(chat("slow"), work.boxed()).await;
        for (name, text) in [("slow", "slow 2"), ("quick", "quick 1"), ("quick", "quick 2")] {
            let seen = seen.clone();
            lanes.push(chat(name), async move { seen.send(text).unwrap() }.boxed()).await;
        }
        assert_eq!(order.recv().await, Some("quick 1"));
        assert_eq!(order.recv().await, Some("quick 2"));
        gate.notify_one();
        assert_eq!(order.recv().await, Some("slow 1"));
        assert_eq!(order.recv().await, Some("slow 2"));
    }

    #[tokio::test]
    async fn a_panic_ends_one_job_and_not_the_chat() {
        let lanes = Lanes::new(1);
        let (seen, mut order) = mpsc::unbounded_channel();
        lanes.push(chat("a"), async { panic!("on purpose") }.boxed()).await;
        lanes.push(chat("a"), async move { seen.send(()).unwrap() }.boxed()).await;
        assert_eq!(order.recv().await, Some(()));
    }

    #[tokio::test]
    async fn closing_waits_for_the_job_in_hand_and_begins_no_other() {
        let lanes = Lanes::new(1);
        let (seen, mut order) = mpsc::unbounded_channel();
        let other = seen.clone();
        let started = Arc::new(Notify::new());
        let begun = started.clone();
        let work = async move {
            begun.notify_one();
            tokio::time::sleep(Duration::from_millis(30)).await;
            seen.send(1).unwrap();
        };
        lanes.push(chat("a"), work.boxed()).await;
        lanes.push(chat("a"), async move { other.send(2).unwrap() }.boxed()).await;
        started.notified().await;
        lanes.close().await;
        assert_eq!(order.try_recv(), Ok(1));
        assert!(order.try_recv().is_err());
    }
}
