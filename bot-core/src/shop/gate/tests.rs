use super::*;
use crate::worker::stage::Stage;

#[tokio::test]
async fn orders_of_long_ago_are_forgotten() {
    let stage = Stage::open().await;
    for id in 0..=REMEMBERED {
        assert!(stage.shop.may_look_at(&UpstreamOrderId(id.to_string()), LEAST));
    }
    stage.clock.advance(FORGOTTEN_AFTER);
    assert!(stage.shop.may_look_at(&"new".into(), LEAST));
    assert_eq!(stage.shop.gate.0.len(), 1);
}
