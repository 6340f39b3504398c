//! What the provider's own list of orders shows that could be what an order of ours bought.

use std::time::Duration;

use super::{Fault, Shop};
use crate::{
    clock::Timestamp,
    order::Item,
    store::orders::Order,
    upstream::{PlaceRequest, UpstreamOrder},
};

/// How far the provider's clock may differ from ours. Generous, because a sale that is overlooked is refunded, and one too
/// many only takes longer to settle.
const CLOCK_SLACK: Duration = Duration::from_hours(1);

impl Shop {
    /// The records, oldest first, that are for this product and of this time, up to `until` where that is known, and that
    /// no other purchase accounts for. `None` when they cannot be read.
    pub(crate) async fn unclaimed_records(
        &self,
        order: &Order,
        until: Option<Timestamp>,
    ) -> Result<Option<Vec<UpstreamOrder>>, Fault> {
        let from = order.created_at - CLOCK_SLACK;
        let records = match self.upstream.recent_orders(from).await {
            Ok(records) => records,
            Err(error) => {
                tracing::warn!(order = %order.id, %error, "the provider's records could not be read");
                self.upstream_failed(&error).await;
                return Ok(None);
            }
        };
        let is_of_the_time =
            |at: Timestamp| at >= from && until.is_none_or(|until| at <= until + CLOCK_SLACK);
        let mut unclaimed = Vec::new();
        for record in records {
            if record.created_at.is_none_or(is_of_the_time)
                && self.may_be(&record, order).await?
                && self
                    .store
                    .order_of_upstream(&order.purchase.provider, &record.id)
                    .await?
                    .is_none()
            {
                unclaimed.push(record);
            }
        }
        unclaimed.sort_by_key(|record| record.created_at);
        Ok(Some(unclaimed))
    }

    /// Whether a record may be what this order bought, by what it says that it is.
    pub(crate) async fn may_be(
        &self,
        record: &UpstreamOrder,
        order: &Order,
    ) -> Result<bool, Fault> {
        let purchase = &order.purchase;
        let Item::New(kind) = purchase.item else { return Ok(false) };
        let keys = self.store.keys(purchase.service, purchase.country).await?;
        let Some((service, country)) = keys else { return Ok(false) };
        let request = PlaceRequest {
            key: &purchase.key,
            service: &service,
            country: &country,
            kind,
            product: &purchase.product,
            area_code: purchase.area_code.as_ref(),
            quantity: 1,
            max_cost: purchase.max_cost,
        };
        Ok(self.upstream.may_be(record, &request))
    }
}
