import Foundation
import Testing
import VremenaFFI

extension Boundary {
    /// What released apps left on phones, opened by this one: what their members saw there stands beside the files.
    @Suite struct ReleasedFilesTests {
        let gallery: Gallery
        let releases: [Release]

        init() async throws {
            gallery = try await Gallery.open()
            releases = try Release.all()
            try #require(releases.count >= 2)
        }

        @Test func whatMembersSawInAReleasedAppTheySeeInThisOne() async throws {
            for release in releases {
                let seen = release.seen["member"]
                // The first opening upgrades the files, the second one finds them upgraded.
                var phone = try await phone(release)
                for _ in 1...2 {
                    try await expect(phone, seen, Comment(rawValue: release.schema))
                    phone = try await phone.restarted()
                }
                let files = try FileManager.default.contentsOfDirectory(atPath: phone.device.config.directory)
                #expect(files.allSatisfy { !$0.contains("damaged") })
            }
        }

        private func expect(_ phone: Phone, _ seen: Json, _ release: Comment) async throws {
            let core = phone.core
            let member = try await core.account().member().orThrow("a member")
            #expect(told(seen["member"], "member_id", "tier") == [member.memberId, member.tier], release)
            #expect(try await core.account().sessionState() == .expired, "the secrets are another file")

            let receipts = try await phone.receipts()
            let numbers = receipts.map { [$0.localId, $0.total, $0.returned].map { Json.number(Double($0)) } }
            #expect(
                seen["receipts"].list.map { [$0["local_id"], $0["total_kopecks"], $0["returned_kopecks"]] } == numbers,
                release)
            let words = receipts.map {
                [$0.receiptId, $0.shop, $0.returnOf, $0.wedgedReason] + [code($0.state), code($0.source)]
                    + [$0.reason.map(code)]
            }
            #expect(
                seen["receipts"].list.map {
                    told($0, "receipt_id", "shop", "return_of", "wedged_reason", "state", "source", "reason")
                } == words, release)

            let queue = try await phone.queue()
            #expect(seen["queue"].list.map { $0["entry_id"] } == queue.map { .number(Double($0.entryId)) }, release)
            #expect(
                seen["queue"].list.map { told($0, "kind", "wedged_reason") } == queue.map { [$0.kind, $0.wedgedReason] },
                release)
            #expect(queue.allSatisfy { !$0.title.isEmpty && !$0.explanation.sentence.isEmpty })

            let events = try await core.events().list().map {
                [$0.eventId, $0.title, $0.registration.map { code($0.state) }, $0.registration?.ticketCode]
            }
            let seenEvents = seen["events"].list.map {
                told($0, "event_id", "title") + told($0["registration"], "state", "ticket_code")
            }
            #expect(seenEvents == events, release)
            let items = try await core.feed().items().map(\.itemId)
            #expect(seen["feed"].list.map { $0["item_id"].text } == items, release)
            let card = try await core.wallet().card().orThrow("a card")
            #expect(told(seen["card"], "number", "status") == [card.number, code(card.status)], release)
            #expect(try await core.notices().list().count == seen["notices"].list.count, release)
            let support = try await core.diagnostics()
            #expect(support.contains("queue: 1 registration wedged by status-451"), "the other member's, \(support)")
        }

        @Test func whatWaitedInAReleasedAppIsKeptUntilItsMemberIsBack() async throws {
            for release in releases {
                let phone = try await phone(release)
                let before = try await phone.queue()
                let receipts = try await phone.receipts()
                let waiting = receiptText(20, roubles: 900)
                guard case .alreadyKnown(let known) = try await phone.core.receipts().captureText(text: waiting)
                else { throw Missing(what: "the receipt that waits") }
                #expect(known.state == .captured)
                let wedged = try before.first { $0.wedgedReason != nil }.orThrow("a wedged entry")
                let warning = try await phone.core.account().deletion()
                #expect(Int(warning.unsent) == before.count && warning.wedged == 1)
                try await phone.core.outbox().retry(entryId: wedged.entryId)
                let report = try await phone.drain()
                #expect(report.sent == 0 && Int(report.remaining) == before.count && report.stopped == .signInNeeded)
                #expect(try await gallery.admin.requests("POST", "/v1/receipts") == 0)
                let restarted = try await phone.restarted()
                let after = try await restarted.queue()
                #expect(after.map(\.entryId) == before.map(\.entryId))
                #expect(after.allSatisfy { $0.wedgedReason == nil })
                #expect(try await restarted.receipts().map(\.localId) == receipts.map(\.localId))
            }
        }

        /// An app on copies of a release's files, at the time at which they were left.
        private func phone(_ release: Release) async throws -> Phone {
            let device = try await gallery.device()
            try FileManager.default.createDirectory(
                atPath: device.config.directory, withIntermediateDirectories: true)
            for name in ["member.db", "cache.db"] {
                try FileManager.default.copyItem(at: release.folder.appendingPathComponent(name), to: device.file(name))
            }
            device.clock.advance(try release.left.timeIntervalSince(storyStart))
            return try await device.open()
        }

        private func told(_ object: Json, _ names: String...) -> [String?] {
            names.map { object[$0].text }
        }

        /// As it stands in JSON: a case's words, joined by underlines.
        private func code<Case>(_ value: Case) -> String {
            "\(value)".reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
        }
    }
}

/// A release's folder, and what was seen of its files.
struct Release {
    let folder: URL
    let seen: Json

    static func all() throws -> [Release] {
        let frozen = URL(fileURLWithPath: try environment("VREMENA_PICTURES")).deletingLastPathComponent()
            .appendingPathComponent("db")
        let schemas = try FileManager.default.contentsOfDirectory(atPath: frozen.path).filter { Int($0) != nil }
        return try schemas.sorted().map { schema in
            let folder = frozen.appendingPathComponent(schema)
            let seen = try Data(contentsOf: folder.appendingPathComponent("seen.json"))
            return Release(folder: folder, seen: try JSONDecoder().decode(Json.self, from: seen))
        }
    }

    var schema: String {
        folder.lastPathComponent
    }

    /// When they were left, to the second: Foundation on Linux reads no fractions without being told to expect them.
    var left: Date {
        get throws {
            let seconds = try seen["at"].text.orThrow("an instant").prefix { $0 != "." && $0 != "Z" }
            return try ISO8601DateFormatter().date(from: seconds + "Z").orThrow("an instant")
        }
    }
}
