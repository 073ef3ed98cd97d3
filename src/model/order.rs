//! Orders, as the shop's own system exports them.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CustomerId, Money, OrderNumber, ProductId};

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Received.
    Placed,
    /// Being packed.
    Processing,
    /// With the carrier.
    Shipped,
    /// On the van.
    OutForDelivery,
    /// At the door.
    Delivered,
    /// Called off.
    Cancelled,
    /// The customer announced a return or an exchange.
    ReturnRequested,
    /// The return arrived.
    Returned,
    /// The money is back.
    Refunded,
    /// The payment did not go through.
    PaymentFailed,
    /// A state of the shop's own, in its words.
    Other(String),
}

impl OrderStatus {
    /// Reads the shop's word for it; what we do not know is kept as it is.
    pub fn from_words(words: &str) -> Self {
        let key: String = words.trim().to_lowercase().replace([' ', '-'], "_");
        match key.as_str() {
            "placed" | "pending" | "new" | "open" | "received" => Self::Placed,
            "processing" | "processed" | "packed" | "paid" | "in_progress" => Self::Processing,
            "shipped" | "in_transit" | "dispatched" | "fulfilled" => Self::Shipped,
            "out_for_delivery" => Self::OutForDelivery,
            "delivered" | "complete" | "completed" => Self::Delivered,
            "cancelled" | "canceled" | "voided" => Self::Cancelled,
            "return_requested" | "exchange_requested" => Self::ReturnRequested,
            "returned" | "exchanged" => Self::Returned,
            "refunded" => Self::Refunded,
            "payment_failed" | "declined" => Self::PaymentFailed,
            _ => Self::Other(words.trim().to_owned()),
        }
    }

    /// Whether something is still to come for the shopper.
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::Delivered | Self::Cancelled | Self::Returned | Self::Refunded)
    }

    /// The key of the reply text that explains it: `shipped`, or `other`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Processing => "processing",
            Self::Shipped => "shipped",
            Self::OutForDelivery => "out_for_delivery",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
            Self::ReturnRequested => "return_requested",
            Self::Returned => "returned",
            Self::Refunded => "refunded",
            Self::PaymentFailed => "payment_failed",
            Self::Other(_) => "other",
        }
    }
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(words) => f.write_str(words),
            known => f.write_str(&known.key().replace('_', " ")),
        }
    }
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The product, when the order names one of the catalogue.
    #[serde(default)]
    pub product: Option<ProductId>,
    /// Its title when it was bought.
    pub title: String,
    /// Pieces, at least 1.
    pub quantity: u32,
    /// Unit price.
    pub price: Option<Money>,
    /// The variant: `blue, 40`.
    #[serde(default)]
    pub options: String,
}

/// How to follow a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tracking {
    /// Who carries it, may be empty.
    #[serde(default)]
    pub carrier: String,
    /// The carrier's number.
    #[serde(default)]
    pub number: String,
    /// When it should arrive.
    #[serde(default)]
    pub eta: Option<Timestamp>,
}

/// One order of one customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Its number.
    pub number: OrderNumber,
    /// Whose it is. Nobody else may learn that it exists.
    pub customer: CustomerId,
    /// The address that proves it, lower case.
    #[serde(default)]
    pub email: Option<String>,
    /// Where it stands.
    pub status: OrderStatus,
    /// When it was placed.
    pub placed_at: Option<Timestamp>,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// Shipping cost.
    pub shipping: Option<Money>,
    /// What was charged.
    pub total: Option<Money>,
    /// Where it goes.
    #[serde(default)]
    pub address: String,
    /// How it was paid.
    #[serde(default)]
    pub payment: String,
    /// How to follow it.
    #[serde(default)]
    pub tracking: Option<Tracking>,
}
