//! Shophand.
