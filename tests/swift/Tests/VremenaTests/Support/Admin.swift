import Foundation
import VremenaFFI

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The sandbox's `/admin`.
final class Admin: Sendable {
    private let baseUrl: String
    private let token: String
    private let session = URLSession(configuration: .ephemeral)

    init(baseUrl: String, token: String) {
        self.baseUrl = baseUrl
        self.token = token
    }

    deinit {
        session.invalidateAndCancel()
    }

    /// Any call: `path` without `/admin/`.
    @discardableResult
    func call(_ method: String, _ path: String, _ body: Json? = nil) async throws -> Json {
        guard let url = URL(string: "\(baseUrl)/admin/\(path)") else {
            throw Refused(path: path, status: 0, body: "this is no address")
        }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.setValue("Bearer \(token)", forHTTPHeaderField: "authorization")
        request.setValue("application/json", forHTTPHeaderField: "content-type")
        request.httpBody = try body.map { try JSONEncoder().encode($0) }
        let (data, response) = try await session.data(for: request)
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        guard (200..<300).contains(status) else {
            throw Refused(path: path, status: status, body: String(decoding: data, as: UTF8.self))
        }
        return data.isEmpty ? .null : try JSONDecoder().decode(Json.self, from: data)
    }

    func advance(_ time: TimeInterval) async throws {
        try await call("POST", "clock", ["advance_seconds": .number(time)])
    }

    /// The code that was last sent to `phone`.
    func code(_ phone: String) async throws -> String {
        let answer = try await call("GET", "codes/" + phone.replacingOccurrences(of: "+", with: "%2B"))
        return try answer["code"].text.orThrow("a code")
    }

    /// Whether the gallery listens at all, and what befalls the next requests.
    func network(listening: Bool = true, delay milliseconds: Int = 0, faults: [String] = []) async throws {
        try await call(
            "PUT", "network",
            [
                "listening": .bool(listening), "delay_ms": .number(Double(milliseconds)),
                "faults": .array(faults.map(Json.string)),
            ])
    }

    /// The tax service knows the receipt of this identity from now on, as genuine.
    func taxTicket(_ identity: FiscalIdentity) async throws {
        try await call(
            "PUT", "tax/tickets",
            [
                "drive_number": .string(identity.driveNumber),
                "document_number": .number(Double(identity.documentNumber)),
                "fiscal_sign": .number(Double(identity.fiscalSign)),
                "known_from": "2026-01-01T00:00:00Z",
            ])
    }

    /// All receipts that the gallery has.
    func receipts() async throws -> [Json] {
        try await call("GET", "receipts").list
    }

    /// How often the gallery was asked for `method path`, whatever it answered.
    func requests(_ method: String, _ path: String) async throws -> Int {
        let counts = try await call("GET", "requests")["requests"].list
        let ours = counts.filter { $0["method"] == .string(method) && $0["path"] == .string(path) }
        return ours.reduce(0) { sum, count in
            if case .number(let number) = count["count"] { sum + Int(number) } else { sum }
        }
    }

    /// Makes the gallery issue forged passes of a kind, or good ones again.
    func forge(_ kind: String?) async throws {
        try await call("PUT", "wallet", ["forge": kind.map(Json.string) ?? .null])
    }

    /// Whose wallet passes are good, as a phone is set up to know.
    func walletIssuer() async throws -> WalletIssuer {
        let issuer = try await call("GET", "wallet")
        return WalletIssuer(
            root: try Data(base64Encoded: issuer["root_der_base64"].text.orThrow("a root")).orThrow("base64"),
            passTypeIdentifier: try issuer["pass_type_identifier"].text.orThrow("a type"),
            teamIdentifier: try issuer["team_identifier"].text.orThrow("a team"))
    }
}

private struct Refused: Error, CustomStringConvertible {
    let path: String
    let status: Int
    let body: String

    var description: String {
        "the sandbox refused \(path): \(status) \(body)"
    }
}

struct Missing: Error, CustomStringConvertible {
    let what: String

    var description: String {
        "there is not: \(what)"
    }
}

extension Optional {
    func orThrow(_ what: String) throws -> Wrapped {
        guard let self else { throw Missing(what: what) }
        return self
    }
}
