//! A table of neighbours: for each product some others with a strength.

/// Rows of (product, strength), strongest first. 8 bytes a neighbour.
#[derive(Debug, Clone, Default)]
pub struct Table {
    from: Vec<u32>,
    cells: Vec<(u32, f32)>,
}

impl Table {
    /// A table without rows.
    pub fn new() -> Self {
        Table { from: vec![0], cells: Vec::new() }
    }

    /// Adds the next product's row.
    pub fn push(&mut self, row: &[(u32, f32)]) {
        self.cells.extend_from_slice(row);
        self.from.push(self.cells.len() as u32);
    }

    /// The neighbours of a product.
    pub fn row(&self, item: u32) -> &[(u32, f32)] {
        match (self.from.get(item as usize), self.from.get(item as usize + 1)) {
            (Some(from), Some(to)) => &self.cells[*from as usize..*to as usize],
            _ => &[],
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.from.len() - 1
    }

    /// The same cells, each changed by `change(row, column, strength)`.
    pub fn map(&self, change: impl Fn(u32, u32, f32) -> f32) -> Table {
        let mut table = Table::new();
        for item in 0..self.len() as u32 {
            let row: Vec<(u32, f32)> =
                self.row(item).iter().map(|(other, value)| (*other, change(item, *other, *value))).collect();
            table.push(&row);
        }
        table
    }

    /// The sum of each row.
    pub fn row_sums(&self) -> Vec<f32> {
        (0..self.len() as u32).map(|item| self.row(item).iter().map(|(_, value)| value).sum()).collect()
    }

    /// The sum of each column.
    pub fn column_sums(&self) -> Vec<f32> {
        let mut sums = vec![0.0; self.len()];
        for (item, value) in &self.cells {
            sums[*item as usize] += value;
        }
        sums
    }
}
