//! Calls of `CategoryService`.
#![allow(dead_code, clippy::unwrap_used, clippy::wildcard_imports)]

use pbjson_types::FieldMask;
use pfms_proto::expense::v1::{
    Category, DeleteCategoryRequest, GetCategoryRequest, ListCategoriesRequest, UpdateCategoryRequest,
};
use tonic::{Response, Status};

use super::*;

pub async fn list(client: &mut Categories) -> Vec<Category> {
    let request = ListCategoriesRequest {
        page_size: 500,
        ..ListCategoriesRequest::default()
    };
    client
        .list_categories(request)
        .await
        .unwrap()
        .into_inner()
        .categories
}

pub async fn get(client: &mut Categories, id: &str) -> Result<Category, Status> {
    let request = GetCategoryRequest {
        id: id.into(),
        ..GetCategoryRequest::default()
    };
    client.get_category(request).await.map(Response::into_inner)
}

pub async fn update(
    client: &mut Categories,
    id: &str,
    category: Category,
    mask: &[&str],
) -> Result<Category, Status> {
    let request = UpdateCategoryRequest {
        id: id.into(),
        category: Some(category),
        update_mask: Some(FieldMask {
            paths: mask.iter().map(|&path| path.to_owned()).collect(),
        }),
    };
    client.update_category(request).await.map(Response::into_inner)
}

pub async fn delete(client: &mut Categories, id: &str, reassign_to: &str) -> Result<(), Status> {
    let request = DeleteCategoryRequest {
        id: id.into(),
        reassign_to: reassign_to.into(),
    };
    client.delete_category(request).await.map(|_| ())
}
