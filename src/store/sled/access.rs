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
        self.batches.entry(tree).or_default().remove(key);
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

    pub(super) fn tree(&self, tree: Tree) -> &sled::Tree {
        &self.trees[tree as usize]
    }

    /// One record.
    pub(super) fn get<T: DeserializeOwned>(&self, tree: Tree, key: &[u8]) -> Result<Option<T>, StoreError> {
        let found = self.tree(tree).get(key).map_err(|error| self.fault(error))?;
        found.map(|bytes| decode(tree, key, &bytes)).transpose()
    }

    /// Whether there is such a record.
    pub(super) fn has(&self, tree: Tree, key: &[u8]) -> Result<bool, StoreError> {
        self.tree(tree).contains_key(key).map_err(|error| self.fault(error))
    }

    /// Keys and packed values of everything that begins with `prefix`, in order; from the end with `.rev()`.
    pub(super) fn scan(
        &self,
        tree: Tree,
        prefix: &[u8],
    ) -> impl DoubleEndedIterator<Item = Result<(IVec, IVec), StoreError>> + '_ {
        self.tree(tree).scan_prefix(prefix).map(|entry| entry.map_err(|error| self.fault(error)))
    }

    /// The keys of everything that begins with `prefix`.
    pub(super) fn keys(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<IVec>, StoreError> {
        self.scan(tree, prefix).map(|entry| Ok(entry?.0)).collect()
    }

    /// The keys from `start` on that begin with `prefix`.
    pub(super) fn count_from(&self, tree: Tree, prefix: &[u8], start: Vec<u8>) -> Result<usize, StoreError> {
        let mut count = 0;
        for entry in self.tree(tree).range((Bound::Included(start), Bound::Unbounded)) {
            let (key, _) = entry.map_err(|error| self.fault(error))?;
            if !key.starts_with(prefix) {
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
