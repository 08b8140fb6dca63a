import { describe, expect, it } from 'vitest';
import { nounOf } from './levels';

describe('nounOf', () => {
  it('calls levels as the users of a platform do', () => {
    expect(nounOf('campaign', 'linkedin').many).toBe('Campaign groups');
    expect(nounOf('ad_group', 'linkedin').one).toBe('Campaign');
    expect(nounOf('ad_group', 'meta').one).toBe('Ad set');
    expect(nounOf('ad_group', 'google').one).toBe('Ad group');
  });

  it('uses our own words where several platforms are shown', () => {
    expect(nounOf('campaign', '').many).toBe('Campaigns');
    expect(nounOf('ad', 'linkedin').many).toBe('Ads');
  });
});
