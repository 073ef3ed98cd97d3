mod socket;
mod store;
mod understand;
