import Foundation

/// A committed photograph, as its list describes it.
struct Picture: Decodable {
    let file: String
    /// What its code says; nothing where there is none to be read.
    let text: String?

    static func named(_ file: String) throws -> Picture {
        let list = try Data(contentsOf: folder().appendingPathComponent("pictures.json"))
        let pictures = try JSONDecoder().decode([Picture].self, from: list)
        return try pictures.first { $0.file == file }.orThrow("the photograph \(file)")
    }

    func bytes() throws -> Data {
        try Data(contentsOf: Picture.folder().appendingPathComponent(file))
    }

    private static func folder() throws -> URL {
        URL(fileURLWithPath: try environment("VREMENA_PICTURES"))
    }
}
