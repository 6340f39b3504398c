//! What this adapter needs of the shop, so that its tests can do without one.

use bot_core::{
    action::{Action, Actor},
    ids::Platform,
    screen::Reply,
    shop::{KeptUpdate, Shop},
    store::StoreError,
};

use crate::PLATFORM;

/// The shop's door. Each method is that of [`Shop`].
pub(crate) trait Door: Send + Sync + 'static {
    fn handle(&self, actor: &Actor, action: Action) -> impl Future<Output = Reply> + Send;

    fn keep(&self, updates: Vec<KeptUpdate>)
    -> impl Future<Output = Result<(), StoreError>> + Send;
    fn kept(&self) -> impl Future<Output = Result<Vec<KeptUpdate>, StoreError>> + Send;
    fn forget(&self, ids: Vec<i64>) -> impl Future<Output = Result<(), StoreError>> + Send;

    fn apology(&self, language: Option<&str>) -> String;
    fn too_fast(&self, language: Option<&str>) -> String;
    fn open_private_first(&self, language: Option<&str>) -> String;
}

impl Door for Shop {
    async fn handle(&self, actor: &Actor, action: Action) -> Reply {
        Shop::handle(self, actor, action).await
    }

    async fn keep(&self, updates: Vec<KeptUpdate>) -> Result<(), StoreError> {
        self.keep_updates(&Platform::from(PLATFORM), updates).await
    }

    async fn kept(&self) -> Result<Vec<KeptUpdate>, StoreError> {
        self.kept_updates(&Platform::from(PLATFORM)).await
    }

    async fn forget(&self, ids: Vec<i64>) -> Result<(), StoreError> {
        self.forget_updates(&Platform::from(PLATFORM), ids).await
    }

    fn apology(&self, language: Option<&str>) -> String {
        Shop::apology(self, language)
    }

    fn too_fast(&self, language: Option<&str>) -> String {
        Shop::too_fast(self, language)
    }

    fn open_private_first(&self, language: Option<&str>) -> String {
        Shop::open_private_first(self, language)
    }
}
