import CGSL

/// Versions that a manifest names.
public enum Version {
    /// Of the program.
    public static let tool = "0.1.0"
    /// Of the model: grows whenever the same scenario and seed are meant to give other results.
    public static let model = "2"
    public static let gsl = GSL_VERSION

    /// Of the compiler that built the program.
    public static var swift: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}
