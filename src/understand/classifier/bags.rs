//! Sparse matrices as libtorch's embedding bags take them: row i is a bag of (column, value).

use tch::{Device, Kind, TchError, Tensor};

/// `Sum` of libtorch's embedding bags.
const SUM: i64 = 0;

/// How many rows are made dense at a time for a Gram matrix: 256 × 30,000 n-grams take 30 MB.
const CHUNK: i64 = 256;

/// A matrix with few entries.
#[derive(Debug)]
pub(super) struct Bags {
    /// Of each entry, row by row.
    columns: Tensor,
    /// Of each entry.
    values: Tensor,
    /// Where each row begins, and where the last one ends.
    offsets: Tensor,
    rows: i64,
    width: i64,
}

impl Bags {
    /// From entries row by row: `offsets` has one more than there are rows.
    pub(super) fn new(columns: Tensor, values: Tensor, offsets: Tensor, width: i64) -> Bags {
        let rows = offsets.size().first().map_or(0, |n| n - 1);
        Bags { columns, values, offsets, rows, width }
    }

    /// One row.
    pub(super) fn row(entries: &[(i64, f32)], width: i64) -> Bags {
        let columns: Vec<i64> = entries.iter().map(|entry| entry.0).collect();
        let values: Vec<f32> = entries.iter().map(|entry| entry.1).collect();
        let offsets = [0, columns.len() as i64];
        Bags::new(
            Tensor::from_slice(&columns),
            Tensor::from_slice(&values),
            Tensor::from_slice(&offsets),
            width,
        )
    }

    /// The same memory, for another thread.
    pub(super) fn share(&self) -> Bags {
        Bags {
            columns: self.columns.shallow_clone(),
            values: self.values.shallow_clone(),
            offsets: self.offsets.shallow_clone(),
            ..*self
        }
    }

    /// How many columns.
    pub(super) fn width(&self) -> i64 {
        self.width
    }

    /// `count` rows from `first` on.
    pub(super) fn narrow(&self, first: i64, count: i64) -> Result<Bags, TchError> {
        let offsets = self.offsets.f_narrow(0, first, count + 1)?;
        let from = offsets.f_int64_value(&[0])?;
        let entries = offsets.f_int64_value(&[count])? - from;
        Ok(Bags {
            columns: self.columns.f_narrow(0, from, entries)?,
            values: self.values.f_narrow(0, from, entries)?,
            offsets: offsets.f_sub_scalar(from)?,
            rows: count,
            width: self.width,
        })
    }

    /// These rows, in this order.
    pub(super) fn select(&self, rows: &Tensor) -> Result<Bags, TchError> {
        let from = self.offsets.f_index_select(0, rows)?;
        let lengths = self.offsets.f_index_select(0, &(rows + 1))? - &from;
        let ends = lengths.f_cumsum(0, Kind::Int64)?;
        let offsets = Tensor::f_cat(&[Tensor::f_zeros([1], (Kind::Int64, Device::Cpu))?, ends], 0)?;
        let entries = offsets.f_int64_value(&[offsets.size()[0] - 1])?;
        // Where an entry was: where its row began, and how far into the row it is.
        let shift = from - offsets.f_narrow(0, 0, rows.size()[0])?;
        let shift = shift.f_repeat_interleave_self_tensor(&lengths, None, entries)?;
        let entries = Tensor::f_arange(entries, (Kind::Int64, Device::Cpu))? + shift;
        let (columns, values) =
            (self.columns.f_index_select(0, &entries)?, self.values.f_index_select(0, &entries)?);
        Ok(Bags::new(columns, values, offsets, self.width))
    }

    /// `[rows, width] × [width, m]` → `[rows, m]`.
    pub(super) fn times(&self, matrix: &Tensor) -> Result<Tensor, TchError> {
        let bags = Tensor::f_embedding_bag(
            matrix,
            &self.columns,
            &self.offsets,
            false,
            SUM,
            false,
            Some(&self.values),
            true,
        )?;
        Ok(bags.0)
    }

    /// Of each entry the row that it is in.
    fn row_of_each(&self) -> Result<Tensor, TchError> {
        let ends = self.offsets.f_narrow(0, 1, self.rows)?;
        Tensor::f_repeat_interleave(&(ends - self.offsets.f_narrow(0, 0, self.rows)?), None)
    }

    /// The transposed matrix made dense: `[width, rows]`.
    pub(super) fn dense_transposed(&self) -> Result<Tensor, TchError> {
        let row = self.row_of_each()?;
        let mut dense = Tensor::f_zeros([self.width, self.rows], (Kind::Float, Device::Cpu))?;
        dense.f_index_put_(&[Some(&self.columns), Some(&row)], &self.values, false)
    }

    /// The transposed matrix times `[rows, m]` → `[width, m]`.
    pub(super) fn transposed_times(&self, matrix: &Tensor) -> Result<Tensor, TchError> {
        let row = self.row_of_each()?;
        let order = self.columns.f_argsort_stable(true, 0, false)?;
        let sorted = self.columns.f_index_select(0, &order)?;
        let bounds = Tensor::f_arange(self.width + 1, (Kind::Int64, Device::Cpu))?;
        let offsets = bounds.f_searchsorted(&sorted, false, false, "left", None::<Tensor>)?;
        let columns = row.f_index_select(0, &order)?;
        let values = self.values.f_index_select(0, &order)?;
        Bags::new(columns, values, offsets, self.rows).times(matrix)
    }

    /// `self × otherᵀ` → `[rows of self, rows of other]`, handed over some columns at a time with the first one's number.
    pub(super) fn each_product(
        &self,
        other: &Bags,
        mut take: impl FnMut(i64, Tensor) -> Result<(), TchError>,
    ) -> Result<(), TchError> {
        let mut first = 0;
        while first < other.rows {
            let count = CHUNK.min(other.rows - first);
            take(first, self.times(&other.narrow(first, count)?.dense_transposed()?)?)?;
            first += count;
        }
        Ok(())
    }
}
