using Xunit;

namespace Lockstep.Tests;

public class PlaceholderTests
{
    [Fact]
    public void Runner_runs() => Assert.Equal(2, 1 + 1);
}
