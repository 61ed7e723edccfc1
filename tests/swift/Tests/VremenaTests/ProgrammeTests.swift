import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// The member's tier, and what explains it.
    @Suite struct ProgrammeTests {
        @Test func whatIsPendingIsProjectedAndWhatIsCreditedIsExplained() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let programme = try phone.core.programme()
            try await phone.capture(receiptText(1, roubles: 300_000))
            #expect(try await phone.drain().sent == 1)
            _ = try await phone.core.sync().pull()

            let pending = try await programme.snapshot()
            #expect(pending.tier?.id == "vesna" && pending.sum == 0)
            #expect(pending.projected?.tier.id == "leto" && pending.projected?.sum == 30_000_000)
            #expect(pending.standing?.timeline == [])
            #expect(pending.toNext?.need == [sum(reached: 0, missing: 30_000_000)])
            #expect(pending.ladder.map(\.tier.id) == ["vesna", "leto", "osen", "zima"])
            #expect(pending.ladder.allSatisfy { !$0.benefits.isEmpty })

            let receipt = try await credited(phone, gallery)
            let explained = try await programme.snapshot()
            #expect(explained.tier?.id == "leto" && explained.projected == nil)
            let standing = try explained.standing.orThrow("a standing")
            #expect(!standing.isGranted && standing.outlook.isEmpty)
            let id = try receipt.receiptId.orThrow("the gallery's name of the receipt")
            #expect(standing.timeline.map(\.tier.id) == ["leto"])
            #expect(standing.timeline.map(\.because) == [.entry(id: "\(id)")])
            #expect(standing.timeline.map(\.at) == [standing.since])
            #expect(standing.toKeep?.by == CalendarDate(year: 2027, month: 3, day: 12))
            #expect(standing.toKeep?.need == [sum(reached: 0, missing: 30_000_000)])
            try await phone.core.shutDown()
        }

        @Test func rulesAreReadOfflineAndWhatWillChangeIsToldSentenceBySentence() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let programme = try phone.core.programme()
            try await gallery.admin.call("PUT", "rules", JSONDecoder().decode(Json.self, from: Data(announced.utf8)))
            _ = try await phone.core.sync().pull()
            try await gallery.admin.network(listening: false)
            let versions = try await programme.rulesVersions()
            #expect(versions.map(\.version) == [2, 1])
            #expect(versions.map(\.phase) == [.announced, .inForce])
            #expect(versions.first?.effectiveFrom == CalendarDate(year: 2026, month: 4, day: 1))

            let inForce = try await programme.rulebook(version: nil)
            #expect(try await programme.rulebook(version: 1) == inForce)
            #expect(inForce.version == 1 && inForce.legal == nil)
            #expect(inForce.sections.allSatisfy { !$0.title.isEmpty })
            let sentences = inForce.sections.flatMap(\.sentences)
            let leto = try sentences.first { $0.key == "tier:leto" }.orThrow("the tier")
            #expect(leto.text == "«Лето»: покупки не меньше чем на 300\u{a0}000\u{a0}₽.")
            let legal = LegalText(
                url: "https://gallery.example/rules-2.pdf", sha256: String(repeating: "0f", count: 32), text: "Правила")
            #expect(try await programme.rulebook(version: 2).legal == legal)

            let changes = try await programme.rulebookChanges(from: 1, to: 2)
            let lower = "«Лето»: покупки не меньше чем на 200\u{a0}000\u{a0}₽."
            #expect(changes.contains(SentenceChange(key: "tier:leto", before: leto.text, after: lower)))
            #expect(changes.contains(SentenceChange(key: "legal", before: nil, after: "Правила")))
            #expect(changes.contains { $0.key == "max_age" && $0.after == nil })
            #expect(try await programme.rulebookChanges(from: 2, to: 2) == [])

            await #expect(throws: CoreError.NotFound) { try await programme.rulebook(version: 3) }
            await #expect(throws: CoreError.NotFound) { try await programme.rulebookChanges(from: 1, to: 3) }
            try await phone.core.shutDown()
        }

        @Test func pausedTheRulesAreNotRead() async throws {
            let gallery = try await Gallery.open()
            let phone = try await gallery.signedIn()
            let programme = try phone.core.programme()
            try await phone.core.pause()
            await #expect(throws: CoreError.Paused) { try await programme.rulebook(version: nil) }
            await #expect(throws: CoreError.Paused) { try await programme.rulebookChanges(from: 1, to: 2) }
            await #expect(throws: CoreError.Paused) { try await programme.rulesVersions() }
            try await phone.core.resume()
            #expect(try await programme.rulebook(version: nil).version == 1)
            try await phone.core.shutDown()
        }

        private func credited(_ phone: Phone, _ gallery: Gallery) async throws -> Receipt {
            for _ in 0..<8 {
                try await gallery.timePasses(hours / 2, for: phone.device)
                _ = try await phone.core.sync().pull()
                let receipt = try await phone.onlyReceipt()
                if receipt.state == .credited { return receipt }
            }
            throw Missing(what: "a credited receipt")
        }

        private func sum(reached: Int64, missing: Int64) -> NeedLine {
            let part = NeedPart.amount(
                metric: .sum, category: nil, reached: reached, atLeast: reached + missing, missing: missing)
            return NeedLine(depth: 0, part: part)
        }
    }
}

/// In force from April.
private let announced = """
    {
        "version": 2, "effective_from": "2026-04-01", "zone": "Europe/Moscow",
        "period": {"kind": "rolling_months", "n": 12}, "validity": {"kind": "period_end"},
        "downgrade": "by_balance", "grace_days": 14, "returns": "original_date",
        "tiers": [
            {"id": "vesna", "name": {"ru": "Весна", "en": "Spring"}},
            {"id": "leto", "name": {"ru": "Лето", "en": "Summer"}, "require": {"metric": "sum", "at_least": 20000000}}
        ],
        "legal": {
            "url": "https://gallery.example/rules-2.pdf",
            "sha256": "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
            "text": {"ru": "Правила", "en": "Rules"}
        }
    }
    """
