//! The ledger in the database: numbers without gaps, roots, proofs, erasure.

use super::*;
use crate::journal::{erase_document, rows_after};
use comity_ledger::{
    consistency_tiles, inclusion_tiles, prove_consistency, prove_inclusion, verify_consistency,
    verify_inclusion,
};

#[tokio::test(flavor = "multi_thread")]
async fn eight_writers_at_once_leave_no_gap_and_a_right_tree() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let writers = (0..8).map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut firsts = Vec::new();
                for round in 0..20_u64 {
                    firsts.push(commit(&store, 1 + (writer + round) % 7).await.unwrap().first);
                }
                firsts
            })
        });
        let mut firsts = Vec::new();
        for writer in writers.collect::<Vec<_>>() {
            let own = writer.await.unwrap();
            assert!(own.is_sorted(), "a later commit of one writer has an earlier number: {own:?}");
            firsts.extend(own);
        }
        let count = commitments(&store).await.len() as u64;
        assert_eq!(store.ledger_size().await.unwrap(), count);
        assert_eq!(*store.follow().borrow(), count, "who follows has missed the last commit");
        firsts.sort_unstable();
        firsts.dedup();
        assert_eq!(firsts.len(), 160, "two commits were given one number");
        assert_eq!(tile_root(&store).await, journal_root(&store).await);
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_commit_returns_the_root_that_the_journal_has() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        // Sizes on both sides of a tile's width, 256.
        for count in [1, 1, 253, 1, 1, 255, 513, 3] {
            let committed = commit(&store, count).await.unwrap();
            assert_eq!(committed.size, committed.first + count);
            assert_eq!(committed.root, Some(journal_root(&store).await), "after {} entries", committed.size);
            assert_eq!(tile_root(&store).await, journal_root(&store).await);
        }
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_without_entries_leaves_the_ledger_alone() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        commit(&store, 3).await.unwrap();
        let before = tile_root(&store).await;
        assert_eq!(commit(&store, 0).await.unwrap().root, None);
        assert_eq!((store.ledger_size().await.unwrap(), tile_root(&store).await), (3, before));
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_replica_commits_in_between_and_the_tree_stays_right() {
    on_both_engines(async |url| {
        let (one, two) = (open(&url).await, open(&url).await);
        for round in 0..12 {
            let committed = commit(&one, 1 + round * 9).await.unwrap();
            assert_eq!(committed.root, Some(journal_root(&two).await));
            let committed = commit(&two, 1 + round * 5).await.unwrap();
            assert_eq!(committed.root, Some(journal_root(&one).await));
        }
        one.close().await;
        two.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_at_once_number_without_gaps() {
    on_both_engines(async |url| {
        let (one, two) = (open(&url).await, open(&url).await);
        let write = |store: Store| {
            tokio::spawn(async move {
                for _ in 0..25 {
                    commit(&store, 3).await.unwrap();
                }
            })
        };
        let (first, second) = (write(one.clone()), write(two.clone()));
        first.await.unwrap();
        second.await.unwrap();
        assert_eq!(commitments(&one).await.len(), 150);
        assert_eq!(tile_root(&two).await, journal_root(&one).await);
        one.close().await;
        two.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn inclusion_and_consistency_are_proved_from_the_database() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let old = commit(&store, 300).await.unwrap();
        let new = commit(&store, 300).await.unwrap();
        let commitments = commitments(&store).await;
        for index in [0, 1, 255, 256, 299, 300, 511, 512, 599] {
            let tiles = store.tiles(inclusion_tiles(index, new.size).unwrap()).await.unwrap();
            let proof = prove_inclusion(index, new.size, &tiles).unwrap();
            let leaf = leaf_hash(&commitments[usize::try_from(index).unwrap()]);
            verify_inclusion(leaf, index, new.size, new.root.unwrap(), &proof).unwrap();
            assert!(verify_inclusion(leaf, index ^ 1, new.size, new.root.unwrap(), &proof).is_err());
        }
        let tiles = store.tiles(consistency_tiles(old.size, new.size).unwrap()).await.unwrap();
        let proof = prove_consistency(old.size, new.size, &tiles).unwrap();
        verify_consistency(old.size, old.root.unwrap(), new.size, new.root.unwrap(), &proof).unwrap();
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_document_is_gone_and_the_ledger_still_verifies() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        let before = commit(&store, 5).await.unwrap();
        let mut tx = store.begin("test_erase").await.unwrap();
        erase_document(&mut tx, 3).await.unwrap();
        tx.commit().await.unwrap();
        let rows = rows_after(&store, &"FR-NCB".parse().unwrap(), 0, 10).await.unwrap();
        let erased: Vec<_> = rows.iter().map(|row| (row.document.is_none(), row.salt.is_none())).collect();
        assert_eq!(erased, [(false, false), (false, false), (false, false), (true, true), (false, false)]);
        assert_eq!(Some(journal_root(&store).await), before.root);
        let tiles = store.tiles(inclusion_tiles(3, 5).unwrap()).await.unwrap();
        let proof = prove_inclusion(3, 5, &tiles).unwrap();
        let leaf = leaf_hash(&commitments(&store).await[3]);
        verify_inclusion(leaf, 3, 5, before.root.unwrap(), &proof).unwrap();
        let committed = commit(&store, 1).await.unwrap();
        assert_eq!(committed.root, Some(journal_root(&store).await));
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tile_that_is_missing_is_said_and_nothing_is_committed() {
    on_both_engines(async |url| {
        let store = open(&url).await;
        commit(&store, 3).await.unwrap();
        let mut tx = store.begin("test_lose").await.unwrap();
        tx.execute("/* test */ DELETE FROM ledger_tile", &[]).await.unwrap();
        tx.commit().await.unwrap();
        store.close().await;
        let store = open(&url).await;
        let fault = insert_officer(&store, "one").await.unwrap_err();
        assert!(matches!(fault, StoreError::Ledger(_)), "{fault:?}");
        assert!(officers(&store).await.is_empty());
        assert_eq!(store.ledger_size().await.unwrap(), 3);
        store.close().await;
    })
    .await;
}
