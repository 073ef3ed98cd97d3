//! Reading records, and writing several of them as one.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::PoisonError;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sled::transaction::{ConflictableTransactionError, TransactionError, Transactional};
use sled::{Batch, IVec};

use super::keys::Tree;
use super::open::{bad_record, decode};
use super::{SledStore, codec};
use crate::store::StoreError;

/// What one transaction writes.
#[derive(Default)]
pub(super) struct Changes {
    batches: BTreeMap<Tree, Batch>,
    removed: Vec<(Tree, IVec)>,
    thorough: bool,
}

impl Changes {
    /// Adds or replaces a record.
    pub(super) fn put(&mut self, tree: Tree, key: Vec<u8>, value: &impl Serialize) -> Result<(), StoreError> {
        let bytes = codec::encode(value).map_err(|reason| bad_record(tree, &key, reason))?;
        self.put_bytes(tree, key, bytes);
        Ok(())
    }

    /// Adds or replaces a record that is packed already.
    pub(super) fn put_bytes(&mut self, tree: Tree, key: Vec<u8>, bytes: Vec<u8>) {
        self.batches.entry(tree).or_default().insert(key, bytes);
    }

    /// Adds a key that says everything by itself.
    pub(super) fn mark(&mut self, tree: Tree, key: Vec<u8>) {
        self.put_bytes(tree, key, Vec::new());
    }

    /// Removes a record, if it is there.
    pub(super) fn remove(&mut self, tree: Tree, key: impl Into<IVec>) {
        let key = key.into();
        self.batches.entry(tree).or_default().remove(key.clone());
        self.removed.push((tree, key));
    }

    /// Makes sure that the pages of what is removed are written anew, however few other changes they have seen.
    pub(super) fn thoroughly(&mut self) {
        self.thorough = true;
    }
}

impl SledStore {
    /// Plans with nobody else writing, commits the plan as one transaction, and returns when it is on disk.
    /// A plan does not see its own changes.
    pub(super) fn write<T>(
        &self,
        plan: impl FnOnce(&mut Changes) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let value = {
            let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
            let mut changes = Changes::default();
            let value = plan(&mut changes)?;
            self.commit(&changes)?;
            self.give_back(&changes).map_err(|error| self.fault(error))?;
            value
        };
        self.durable.settle(&self.db).map_err(|error| self.fault(error))?;
        Ok(value)
    }

    fn commit(&self, changes: &Changes) -> Result<(), StoreError> {
        let touched: Vec<&sled::Tree> = changes.batches.keys().map(|tree| self.tree(*tree)).collect();
        if touched.is_empty() {
            return Ok(());
        }
        touched
            .as_slice()
            .transaction(|views| {
                for (view, batch) in views.iter().zip(changes.batches.values()) {
                    view.apply_batch(batch)?;
                }
                Ok::<(), ConflictableTransactionError<()>>(())
            })
            .map_err(|error| match error {
                TransactionError::Storage(error) => self.fault(error),
                TransactionError::Abort(()) => self.corrupt("a transaction ended by itself"),
            })
    }

    /// Lets the database let go of what was removed.
    ///
    /// sled 0.34 notes a removal beside its page, and writes the page without the record only after ten such notes; a
    /// page to which nobody comes any more keeps what was removed for ever, and its segment of the file is never free
    /// (sled #1333). So each removed key is changed a few times more.
    fn give_back(&self, changes: &Changes) -> sled::Result<()> {
        let times = if changes.thorough { 5 } else { 1 };
        for (tree, key) in &changes.removed {
            let tree = self.tree(*tree);
            // It may have been removed and put again by one plan.
            if tree.contains_key(key)? {
                continue;
            }
            for _ in 0..times {
                tree.insert(key, codec::REMOVED)?;
                tree.remove(key)?;
            }
        }
        Ok(())
    }

    pub(super) fn tree(&self, tree: Tree) -> &sled::Tree {
        &self.trees[tree as usize]
    }

    /// One record.
    pub(super) fn get<T: DeserializeOwned>(&self, tree: Tree, key: &[u8]) -> Result<Option<T>, StoreError> {
        self.bytes(tree, key)?.map(|bytes| decode(tree, key, &bytes)).transpose()
    }

    /// One record, packed.
    pub(super) fn bytes(&self, tree: Tree, key: &[u8]) -> Result<Option<IVec>, StoreError> {
        let found = self.tree(tree).get(key).map_err(|error| self.fault(error))?;
        Ok(found.filter(|bytes| bytes != codec::REMOVED))
    }

    /// Whether there is such a record.
    pub(super) fn has(&self, tree: Tree, key: &[u8]) -> Result<bool, StoreError> {
        Ok(self.bytes(tree, key)?.is_some())
    }

    /// Keys and packed values of everything that begins with `prefix`, in order; from the end with `.rev()`.
    pub(super) fn scan(
        &self,
        tree: Tree,
        prefix: &[u8],
    ) -> impl DoubleEndedIterator<Item = Result<(IVec, IVec), StoreError>> + '_ {
        self.present(self.tree(tree).scan_prefix(prefix))
    }

    /// The same for the keys of a range.
    pub(super) fn range(
        &self,
        tree: Tree,
        range: (Bound<Vec<u8>>, Bound<Vec<u8>>),
    ) -> impl DoubleEndedIterator<Item = Result<(IVec, IVec), StoreError>> + '_ {
        self.present(self.tree(tree).range(range))
    }

    fn present<'a>(
        &'a self,
        entries: sled::Iter,
    ) -> impl DoubleEndedIterator<Item = Result<(IVec, IVec), StoreError>> + 'a {
        entries
            .filter(|entry| !matches!(entry, Ok((_, bytes)) if bytes == codec::REMOVED))
            .map(|entry| entry.map_err(|error| self.fault(error)))
    }

    /// The keys of everything that begins with `prefix`.
    pub(super) fn keys(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<IVec>, StoreError> {
        self.scan(tree, prefix).map(|entry| Ok(entry?.0)).collect()
    }

    /// The keys from `start` on that begin with `prefix`.
    pub(super) fn count_from(&self, tree: Tree, prefix: &[u8], start: Vec<u8>) -> Result<usize, StoreError> {
        let mut count = 0;
        for entry in self.range(tree, (Bound::Included(start), Bound::Unbounded)) {
            if !entry?.0.starts_with(prefix) {
                break;
            }
            count += 1;
        }
        Ok(count)
    }

    /// Every record that begins with `prefix`, in order.
    pub(super) fn all<T: DeserializeOwned>(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<T>, StoreError> {
        self.scan(tree, prefix)
            .map(|entry| {
                let (key, bytes) = entry?;
                decode(tree, &key, &bytes)
            })
            .collect()
    }
}
