mod socket;
mod store;
